package tasker.bootstrap.plugins;

import tasker.events.api.TaskerException;

/** Make a refusal of whatever stood in the way of a plugin. */
final class Refusals {
    private Refusals() {}

    static Refusal of(String plugin, Throwable thrown) {
        return switch (thrown) {
            case RefusedException refused -> refused.refusal();
            case TaskerException coded ->
                new Refusal(
                        coded.code(),
                        "plugin '" + plugin + "' cannot be loaded: " + coded.getMessage(),
                        "repair or remove it");
            default ->
                new Refusal(
                        "TASKER-P109", "plugin '" + plugin + "' cannot be loaded: " + thrown, "repair or remove it");
        };
    }
}
