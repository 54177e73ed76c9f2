from . import business_time
from . import deadline_plan
from . import double_rule
from . import vin
