from . import aftersales_vehicle_transfer
