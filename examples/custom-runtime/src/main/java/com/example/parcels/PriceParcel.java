package com.example.parcels;

import java.util.List;
import java.util.Map;
import tasker.events.api.DeliveryMode;
import tasker.events.api.StepEvent;
import tasker.events.api.StepResult;
import tasker.events.api.spi.StepContext;
import tasker.events.api.spi.StepHandler;

/** Price one parcel by its weight: {@code {"grams": 1200}} costs {@code {"cents": 549}}. */
public final class PriceParcel implements StepHandler {
    private static final int HEAVIEST = 31_500;

    /** Made by the worker. */
    public PriceParcel() {}

    @Override
    public String name() {
        return "price-parcel";
    }

    @Override
    public List<StepEvent> events() {
        return List.of(new StepEvent("parcel.priced", StepEvent.Condition.SUCCESS, DeliveryMode.FAST));
    }

    @Override
    public StepResult handle(StepContext context) {
        if (!(context.request().input().get("grams") instanceof Number number)
                || number.intValue() < 1
                || number.intValue() > HEAVIEST) {
            return StepResult.permanentFailure("'grams' must be a number from 1 to " + HEAVIEST);
        }
        int grams = number.intValue();
        return StepResult.success(Map.of("grams", grams, "cents", cents(grams)));
    }

    private static int cents(int grams) {
        if (grams <= 2_000) {
            return 549;
        }
        return grams <= 10_000 ? 1_049 : 1_649;
    }
}
