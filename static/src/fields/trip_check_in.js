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

    /**
     * Resolves to nothing where there is no position: not allowed, no signal, or a page
     * that did not come over https.
     *
     * @returns {Promise<GeolocationPosition|undefined>}
     */
    locate() {
        return new Promise((resolve) => {
            const { geolocation } = browser.navigator;
            if (!geolocation) {
                return resolve();
            }
            geolocation.getCurrentPosition(resolve, () => resolve(), {
                enableHighAccuracy: true,
                timeout: 15000,
            });
        });
    }

    async onClick() {
        const { record } = this.props;
        this.state.busy = true;
        try {
            if (!(await record.save())) {
                return;
            }
            const position = await this.locate();
            if (!position) {
                this.notification.add(
                    _t("The phone gives no position. Add a line and type the place."),
                    { type: "warning" }
                );
                return;
            }
            await this.orm.call("aftersales.trip", "action_check_in", [
                [record.resId],
                position.coords.latitude,
                position.coords.longitude,
            ]);
            await record.load();
        } finally {
            this.state.busy = false;
        }
    }
}

registry.category("view_widgets").add("aftersales_trip_check_in", {
    component: TripCheckIn,
});
