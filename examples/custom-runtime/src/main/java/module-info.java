/**
 * Price parcels.
 *
 * @provides tasker.events.api.spi.StepHandler prices one parcel by its weight
 */
module com.example.parcels {
    requires tasker.events.api;

    provides tasker.events.api.spi.StepHandler with
            com.example.parcels.PriceParcel;
}
