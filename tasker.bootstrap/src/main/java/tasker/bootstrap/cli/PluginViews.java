package tasker.bootstrap.cli;

import ch.qos.logback.classic.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tasker.bootstrap.assembly.Assembly;
import tasker.bootstrap.console.Style;
import tasker.bootstrap.plugins.LoadedPlugins;
import tasker.bootstrap.plugins.PluginJar;
import tasker.bootstrap.plugins.PluginModule;
import tasker.bootstrap.plugins.PluginView;
import tasker.nativecore.config.Configuration;

/** Show plugins to people, alike in every command. */
final class PluginViews {
    private PluginViews() {}

    static Assembly assemble(CliContext context, StandardOptions standard, ConfigurationOptions options) {
        Assembly assembly = options.assemble(context, Configuration.builder());
        standard.startLogging(assembly.configuration(), Level.WARN, Level.INFO, context.console());
        return assembly;
    }

    /** All plugins, by name and place. */
    static List<PluginView> all(LoadedPlugins loaded) {
        return loaded.outcomes().stream()
                .map(outcome -> PluginView.of(outcome, loaded))
                .sorted(Comparator.comparing(PluginView::name).thenComparing(PluginView::place))
                .toList();
    }

    static String paint(String status, Style style) {
        return status.equals("loaded") ? style.good(status) : style.bad(status);
    }

    /** A plugin with its jars, modules, services and requirements, as a tree. */
    static String tree(PluginView view, Style style) {
        List<String> lines = new ArrayList<>();
        lines.add(
                style.bold(view.name() + view.version().map(text -> " " + text).orElse("")) + "  "
                        + paint(view.status(), style));
        lines.add("  " + view.place());
        for (PluginJar jar : view.jars()) {
            lines.add("  " + jar.file() + "  " + jar.bytes() + " bytes  " + style.dim("sha256 " + jar.sha256()));
            jar.module().ifPresent(module -> addModule(lines, module));
        }
        for (PluginView.Requirement each : view.requirements()) {
            Optional<String> met = each.met();
            lines.add("  requires " + each.what() + ", by " + each.by() + ": "
                    + met.map(by -> style.good("met") + " by " + by).orElse(style.bad("not met")));
        }
        view.notes().forEach(note -> lines.add("  note: " + note));
        view.refusal()
                .ifPresent(refusal -> refusal.tree().forEach(line -> lines.add("  " + style.bad(">") + " " + line)));
        return String.join("\n", lines);
    }

    private static void addModule(List<String> lines, PluginModule module) {
        lines.add("    module " + module.name()
                + module.version().map(text -> " " + text).orElse("")
                + (module.automatic() ? " (automatic)" : "")
                + (module.shared() ? " (left aside: another one of this name is shared)" : ""));
        if (!module.shared()) {
            module.services()
                    .forEach(service -> lines.add("      provides " + service.type() + " with " + service.provider()));
        }
    }
}
