package tasker.bootstrap.plugins;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tell a plugin's name and version from those of its jar or folder, as build tools write them: {@code geo-1.2.jar}.
 *
 * @param name without the version
 * @param version empty when the place has none
 */
record PluginName(String name, Optional<String> version) {
    /** As the module system tells the version of an automatic module. */
    private static final Pattern VERSIONED = Pattern.compile("(.+?)-(\\d+(?:[.+-].*)?)");

    static PluginName of(Path place) {
        String file = String.valueOf(place.toAbsolutePath().normalize().getFileName());
        String plain = file.endsWith(".jar") ? file.substring(0, file.length() - ".jar".length()) : file;
        Matcher versioned = VERSIONED.matcher(plain);
        return versioned.matches()
                ? new PluginName(versioned.group(1), Optional.of(versioned.group(2)))
                : new PluginName(plain, Optional.empty());
    }
}
