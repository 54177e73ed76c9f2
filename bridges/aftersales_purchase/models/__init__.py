from . import aftersales_ticket
from . import aftersales_ticket_line
from . import purchase_order
from . import purchase_order_line
from . import stock_rule
