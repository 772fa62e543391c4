"""The admin pages of devices, products and lots."""

import treatments.products.admin.devices
import treatments.products.admin.lots
import treatments.products.admin.products  # noqa: F401
