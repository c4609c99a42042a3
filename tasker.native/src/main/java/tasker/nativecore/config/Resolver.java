package tasker.nativecore.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tasker.events.api.ConfigOrigin;
import tasker.events.api.ConfigSetting;
import tasker.events.api.InvalidValueException;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.SettingKey;

/** Lay the layers over each other, once, and collect every problem on the way. */
final class Resolver {
    private static final Set<String> FLAGS = Set.of("true", "false");
    private static final int MAX_PROBLEM = 500;

    private final KnownKeys known;
    private final Map<String, RawValue> file;
    private final Map<String, String> environment;
    private final Map<String, RawValue> flags;
    private final boolean incomplete;
    private final Map<String, RawValue> strongest = new HashMap<>();
    private final Set<String> problems = new LinkedHashSet<>();
    private final List<String> warnings = new ArrayList<>();

    Resolver(
            KnownKeys known,
            Map<String, RawValue> file,
            Map<String, String> environment,
            Map<String, RawValue> flags,
            boolean incomplete) {
        this.known = known;
        this.file = file;
        this.environment = environment;
        this.flags = flags;
        this.incomplete = incomplete;
    }

    ResolvedConfiguration resolve() {
        file.forEach(this::take);
        environment.forEach(this::takeVariable);
        flags.forEach(this::take);
        Map<String, SectionSettings> sections = new LinkedHashMap<>();
        List<ConfigSetting> settings = new ArrayList<>();
        for (String section : known.sections()) {
            Map<String, String> texts = new HashMap<>();
            for (String name : known.namesIn(section)) {
                String fullKey = section + '.' + name;
                List<SettingKey<?>> declarations = known.declarations(fullKey);
                RawValue value = strongest.getOrDefault(fullKey, defaultOf(declarations.getFirst()));
                texts.put(name, value.text());
                settings.add(setting(fullKey, declarations, value));
            }
            sections.put(section, new SectionSettings(section, texts));
        }
        refuseProblems();
        return new ResolvedConfiguration(sections, settings, warnings);
    }

    private void take(String fullKey, RawValue value) {
        if (known.contains(fullKey)) {
            strongest.put(fullKey, value);
        } else if (incomplete && isInUnknownSection(fullKey)) {
            warnings.add("TASKER-C107 '" + Masking.mask(fullKey) + "' (" + value.source()
                    + ") has no effect: no service in use has this section, though one that was left out may");
        } else {
            problems.add(unknown(fullKey, value));
        }
    }

    private boolean isInUnknownSection(String fullKey) {
        int dot = fullKey.indexOf('.');
        return dot > 0 && !known.sections().contains(fullKey.substring(0, dot));
    }

    private void takeVariable(String variable, String text) {
        List<String> fullKeys = known.ofVariable(variable);
        if (fullKeys.size() > 1) {
            problems.add("TASKER-C104 the environment variable " + variable + " could mean each of " + fullKeys
                    + "; set the one that is meant in tasker.toml instead");
        } else if (fullKeys.size() == 1) {
            strongest.put(fullKeys.getFirst(), RawValue.scalar(text, ConfigOrigin.ENVIRONMENT, variable));
        } else if (!EnvironmentNames.LAUNCHER.contains(variable)) {
            warnings.add("TASKER-C106 the environment variable " + variable + " is no setting and has no effect"
                    + known.nearestVariable(variable)
                            .map(nearest -> "; did you mean " + nearest + "?")
                            .orElse(""));
        }
    }

    private String unknown(String fullKey, RawValue value) {
        int dot = fullKey.indexOf('.');
        String section = dot < 0 ? fullKey : fullKey.substring(0, dot);
        boolean sectionIsMeant = dot >= 0 || value.shape() == RawValue.Shape.TABLE;
        Optional<String> nearest = known.nearestTo(fullKey);
        String problem = "TASKER-C103 '" + Masking.mask(fullKey) + "' (" + value.source() + ") is no setting; ";
        if (nearest.isPresent()) {
            return problem + "did you mean '" + nearest.get() + "'?";
        }
        if (known.sections().contains(section)) {
            return problem + "[" + section + "] has " + String.join(", ", known.namesIn(section));
        }
        if (!sectionIsMeant) {
            return problem + "settings stand in a section, one of " + String.join(", ", known.sections());
        }
        return problem + "this runtime has no section [" + Masking.mask(section) + "]; "
                + known.nearestSection(section)
                        .map(other -> "did you mean [" + other + "]?")
                        .orElse("it has " + String.join(", ", known.sections()));
    }

    private ConfigSetting setting(String fullKey, List<SettingKey<?>> declarations, RawValue value) {
        String shown = value.text();
        for (SettingKey<?> key : declarations) {
            try {
                shown = check(key, value);
            } catch (RuntimeException e) {
                // Parsers of plugins are not ours: whatever they throw is a refused value, not a failed start.
                problems.add(refused(fullKey, key, value, e));
            }
        }
        boolean secret = declarations.stream().anyMatch(key -> isSecret(key) && !isFlag(key, value));
        String safe = secret ? (value.text().isBlank() ? "(not set)" : "(set)") : Masking.mask(shown);
        return new ConfigSetting(fullKey, safe, value.origin(), value.source());
    }

    /** Whether the value is not to be shown, because its declaration or its name says so. */
    private static boolean isSecret(SettingKey<?> key) {
        return key.isSecret() || SecretNames.contains(key.name());
    }

    /** A value that can only be true or false tells no secret, whatever its name. */
    private static boolean isFlag(SettingKey<?> key, RawValue value) {
        return !key.isSecret() && FLAGS.contains(key.defaultText()) && FLAGS.contains(value.text());
    }

    private static <T> String check(SettingKey<T> key, RawValue value) {
        if (value.shape() != RawValue.Shape.SCALAR) {
            throw new InvalidValueException(
                    key.name(),
                    "is a " + (value.shape() == RawValue.Shape.LIST ? "list" : "table") + "; expected " + key.shape());
        }
        T parsed = key.parse(value.text());
        return parsed instanceof String text ? text : value.text();
    }

    private static String refused(String fullKey, SettingKey<?> key, RawValue value, RuntimeException cause) {
        String problem;
        if (isSecret(key) && value.shape() == RawValue.Shape.SCALAR) {
            problem = "is refused (secret, not shown); expected " + key.shape();
        } else if (cause instanceof InvalidValueException invalid) {
            problem = invalid.problem();
        } else {
            problem = "is '" + value.text() + "'; expected " + key.shape() + " ("
                    + cause.getClass().getSimpleName() + ")";
        }
        String safe = masked(problem, value.text());
        String cut = safe.length() > MAX_PROBLEM ? safe.substring(0, MAX_PROBLEM) + "…" : safe;
        return "TASKER-C104 '" + fullKey + "' (" + value.source() + ") " + cut;
    }

    /** The value is masked as a whole, since only here it is known where it ends; so is all that stands around it. */
    private static String masked(String problem, String value) {
        if (value.isEmpty()) {
            return problem;
        }
        return Stream.of(problem.split(Pattern.quote(value), -1))
                .map(Masking::mask)
                .collect(Collectors.joining(Masking.mask(value)));
    }

    private static RawValue defaultOf(SettingKey<?> key) {
        return RawValue.scalar(key.defaultText(), ConfigOrigin.DEFAULT, "default");
    }

    private void refuseProblems() {
        if (problems.isEmpty()) {
            return;
        }
        String first = problems.iterator().next();
        String code = first.substring(0, first.indexOf(' '));
        throw new TaskerException(
                code,
                problems.size() == 1
                        ? first.substring(code.length() + 1)
                        : "the configuration has " + problems.size() + " problems:\n  "
                                + String.join("\n  ", problems));
    }
}
