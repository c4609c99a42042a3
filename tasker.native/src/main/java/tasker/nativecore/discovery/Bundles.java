package tasker.nativecore.discovery;

import java.util.Arrays;
import java.util.Optional;
import tasker.events.api.spi.DurableTransport;
import tasker.events.api.spi.FastTransport;
import tasker.events.api.spi.WorkerService;

/**
 * Know whether this module is an OSGi bundle: there {@link java.util.ServiceLoader} finds nothing in other bundles, and
 * says nothing, unless a ServiceLoader Mediator helps it (OSGi Compendium, 133).
 */
final class Bundles {
    /** What a bundle's class loader implements; named, not linked, because elsewhere there is no such type. */
    private static final String REFERENCE = "org.osgi.framework.BundleReference";

    private Bundles() {}

    /** Say of a transport that none was found because there is no mediator. */
    static Optional<Finding> missingMediator(Class<? extends WorkerService> type, ClassLoader loader) {
        boolean transport = type == FastTransport.class || type == DurableTransport.class;
        if (!transport || !isBundle(loader)) {
            return Optional.empty();
        }
        return Optional.of(new Finding.Skipped(
                type,
                Origin.unknown("META-INF/services/" + type.getName()),
                Optional.empty(),
                "TASKER-P220 no provider of any service was found from this OSGi bundle, so that there is no "
                        + type.getSimpleName() + " either; start a ServiceLoader Mediator such as Aries SPI Fly before"
                        + " tasker.native is resolved, or hand the services over with WorkerSystemBuilder.service"));
    }

    /** Whether classes of this loader are those of a bundle. */
    static boolean isBundle(ClassLoader loader) {
        for (Class<?> type = loader.getClass(); type != null; type = type.getSuperclass()) {
            if (Arrays.stream(type.getInterfaces())
                    .anyMatch(each -> each.getName().equals(REFERENCE))) {
                return true;
            }
        }
        return false;
    }
}
