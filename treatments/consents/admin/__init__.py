"""Index of the consents' admin pages."""

import treatments.consents.admin.answers
import treatments.consents.admin.documents
import treatments.consents.admin.requests  # noqa: F401
