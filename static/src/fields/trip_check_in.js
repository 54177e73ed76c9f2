import { Component, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** Checks in on a trip with the position of the phone; the place is typed afterwards. */
export class TripCheckIn extends Component {
    static template = "aftersales.TripCheckIn";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.state = useState({ busy: false });
    }

    /** @returns {Promise<GeolocationPosition>} */
    locate() {
        return new Promise((resolve, reject) =>
            browser.navigator.geolocation.getCurrentPosition(resolve, reject, {
                enableHighAccuracy: true,
                timeout: 15000,
            })
        );
    }

    async onClick() {
        const { record } = this.props;
        this.state.busy = true;
        try {
            if (!(await record.save())) {
                return;
            }
            const { coords } = await this.locate();
            await this.orm.call("aftersales.trip", "action_check_in", [
                [record.resId],
                coords.latitude,
                coords.longitude,
            ]);
            await record.load();
        } catch (error) {
            if (error.code === undefined || error.data) {
                throw error;
            }
            this.notification.add(
                _t("The phone gives no position. Add a line and type the place."),
                { type: "warning" }
            );
        } finally {
            this.state.busy = false;
        }
    }
}

registry.category("view_widgets").add("aftersales_trip_check_in", {
    component: TripCheckIn,
});
