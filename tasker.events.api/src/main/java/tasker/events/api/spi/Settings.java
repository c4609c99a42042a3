package tasker.events.api.spi;

/** Hold the values of a service's settings, already checked; immutable. */
public interface Settings {
    /**
     * The value in force.
     *
     * @throws IllegalArgumentException when the key is not among the {@link WorkerService#settings()} of the service
     */
    <T> T get(SettingKey<T> key);
}
