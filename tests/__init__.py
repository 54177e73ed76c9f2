from . import test_business_time
from . import test_ticket
from . import test_ticket_diagnosis
from . import test_ticket_intake
from . import test_vehicle
from . import test_vehicle_readings
from . import test_vin
