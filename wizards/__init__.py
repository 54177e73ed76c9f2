from . import aftersales_ticket_consent
from . import aftersales_ticket_stop
