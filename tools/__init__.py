from . import business_time
from . import choices
from . import deadline_plan
from . import double_rule
from . import vin
