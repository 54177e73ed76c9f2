import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { rpc } from "@web/core/network/rpc";

/** The payer says Yes, Later or No to each line of his estimate; the total follows. */
export class LineAnswers extends Interaction {
    static selector = ".o_aftersales_answers";
    dynamicContent = {
        "input.o_aftersales_choice, select.o_aftersales_reason": {
            "t-on-change.withTarget": this.onAnswer,
        },
    };

    async onAnswer(ev, target) {
        const { orderId, token } = this.el.dataset;
        const row = target.closest("[data-line-id]");
        const chosen = row.querySelector("input.o_aftersales_choice:checked");
        const reason = row.querySelector("select.o_aftersales_reason");
        this.el.querySelectorAll("input, select").forEach((el) => (el.disabled = true));
        const answer = await this.waitFor(
            rpc(`/my/orders/${orderId}/aftersales/answer`, {
                access_token: token,
                line_id: parseInt(row.dataset.lineId),
                choice: chosen.value,
                reason_id: reason ? parseInt(reason.value) || false : false,
            })
        );
        if (answer.error) {
            const alert = this.el.querySelector(".o_aftersales_error");
            alert.textContent = answer.error;
            alert.classList.remove("d-none");
            return;
        }
        // Table, totals and buttons of the page all follow from the order.
        window.location.reload();
    }
}

registry
    .category("public.interactions")
    .add("aftersales.line_answers", LineAnswers);
