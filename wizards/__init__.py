from . import aftersales_followup_skip
from . import aftersales_part_waiver
from . import aftersales_parts_issue
from . import aftersales_parts_transfer
from . import aftersales_ticket_consent
from . import aftersales_ticket_consent_billing
from . import aftersales_ticket_stop
from . import aftersales_vehicle_transfer
