from . import account_period
from . import portal
from . import portal_answer
from . import portal_prices
from . import portal_revision
from . import portal_settlement
from . import portal_statement
from . import statement
