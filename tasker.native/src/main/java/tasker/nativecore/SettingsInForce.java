package tasker.nativecore;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import tasker.events.api.ConfigSetting;
import tasker.events.api.spi.Settings;
import tasker.nativecore.config.ResolvedConfiguration;

/** Know the settings of services that come and go, besides those of the start; safe for use by many threads. */
final class SettingsInForce {
    private final ResolvedConfiguration atStart;
    private final Map<String, ResolvedConfiguration> added = new ConcurrentSkipListMap<>();
    private final Set<String> gone = ConcurrentHashMap.newKeySet();

    SettingsInForce(ResolvedConfiguration atStart) {
        this.atStart = atStart;
    }

    Settings section(String name) {
        ResolvedConfiguration own = added.get(name);
        return (own == null ? atStart : own).section(name);
    }

    /** A service of this name has come, with these settings. */
    void add(String name, ResolvedConfiguration settings) {
        added.put(name, settings);
    }

    /** The service of this name is gone. */
    void remove(String name) {
        added.remove(name);
        gone.add(name);
    }

    List<ConfigSetting> all() {
        List<ConfigSetting> all = new ArrayList<>();
        for (ConfigSetting setting : atStart.settings()) {
            if (!gone.contains(setting.key().substring(0, setting.key().indexOf('.')))) {
                all.add(setting);
            }
        }
        added.values().forEach(each -> all.addAll(each.settings()));
        return List.copyOf(all);
    }
}
