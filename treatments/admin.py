"""Index of the treatments' admin pages."""

import treatments.confirmations.admin
import treatments.consents.admin
import treatments.followups.admin
import treatments.followups.admin.coming
import treatments.followups.admin.schedules
import treatments.outcomes.admin
import treatments.photos.admin
import treatments.plans.admin
import treatments.products.admin
import treatments.questionnaires.admin
import treatments.reactions.admin
import treatments.recalls.admin
import treatments.screening.admin
import treatments.sessions.admin  # noqa: F401
