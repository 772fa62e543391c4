"""Index of the addresses that clients open."""

import treatments.confirmations.urls
import treatments.consents.urls
import treatments.followups.urls
import treatments.photos.urls
import treatments.recalls.urls
import treatments.screening.urls

urlpatterns = [
    *treatments.screening.urls.urlpatterns,
    *treatments.consents.urls.urlpatterns,
    *treatments.confirmations.urls.urlpatterns,
    *treatments.followups.urls.urlpatterns,
    *treatments.photos.urls.urlpatterns,
    *treatments.recalls.urls.urlpatterns,
]
