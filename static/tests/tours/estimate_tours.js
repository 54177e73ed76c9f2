import { addTour } from "./tour_steps";

/** Choose an answer to a line of the estimate; the page comes back with its total. */
function answer(line, label, total) {
    const row = `.o_aftersales_answers [data-line-id]:contains(${line})`;
    return [
        {
            content: `${label} to ${line}`,
            trigger: `${row} label:contains(${label})`,
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: `the total follows: ${total}`,
            trigger: `.o_aftersales_answers .o_aftersales_total:contains(${total})`,
        },
    ];
}

addTour("aftersales_estimate_phone", {
    steps: () => [
        {
            content: "nothing is wider than the phone",
            trigger: ".o_aftersales_answers",
            run() {
                if (document.documentElement.scrollWidth > window.innerWidth + 1) {
                    throw new Error("The page is wider than the phone");
                }
            },
        },
        ...answer("Mirror", "Next visit", "474.60"),
        {
            content: "the day until which the price holds",
            trigger: ".o_aftersales_answers [data-line-id]:contains(Mirror):contains(This price holds until)",
        },
        ...answer("Brake pads", "No", "67.80"),
        {
            content: "he is warned: brakes",
            trigger: ".o_aftersales_answers [data-line-id]:contains(Brake pads) .alert:contains(may not be)",
        },
        {
            content: "why",
            trigger: ".o_aftersales_answers [data-line-id]:contains(Brake pads) select.o_aftersales_reason",
            run: "selectByLabel Too expensive",
            expectUnloadPage: true,
        },
        ...answer("Brake pads", "Yes", "474.60"),
        {
            content: "what it is made of",
            trigger: ".o_aftersales_answers details summary",
            run: "click",
        },
        {
            content: "labour and parts",
            trigger: ".o_aftersales_answers details:contains(Labour):contains(Original parts)",
        },
        {
            content: "accept and sign",
            trigger: "[name=sale_order_actions] a:contains(Sign)",
            run: "click",
        },
        {
            content: "his name",
            trigger: ".modal .o_web_sign_name_and_signature input",
            run: "edit Mr Zhao",
        },
        {
            content: "his signature",
            trigger: ".modal canvas.o_web_sign_signature",
            run: "canvasNotEmpty",
        },
        {
            content: "send",
            trigger: ".modal .o_portal_sign_submit:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "what he refused stands on the order",
            trigger: "#quote_content:contains(Thank You) #aftersales_refused:contains(Mirror)",
        },
    ],
});
