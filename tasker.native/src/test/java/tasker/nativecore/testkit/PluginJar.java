package tasker.nativecore.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarOutputStream;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * Compile a plugin from source, break it as a test wants it, pack it into a jar, and load it into a layer of its own.
 */
public final class PluginJar {
    private final Path folder;
    private final String module;
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, List<String>> provides = new LinkedHashMap<>();

    /** A plugin of this module name, made below this folder. */
    public PluginJar(Path folder, String module) {
        this.folder = folder.resolve(module);
        this.module = module;
    }

    /** Add a class, given as its simple name and the body of the file after the package and the imports. */
    public PluginJar source(String simpleName, String declaration) {
        sources.put(
                simpleName,
                "package " + module + ";\nimport tasker.events.api.*;\nimport tasker.events.api.spi.*;\n"
                        + "import java.util.*;\n" + declaration);
        return this;
    }

    /** Add a step handler that calls itself this, and whose class has these further members. */
    public PluginJar handler(String simpleName, String handlerName, String members) {
        provides("tasker.events.api.spi.StepHandler", simpleName);
        return source(
                simpleName,
                "public class " + simpleName + " implements StepHandler {\n" + members
                        + "\npublic String name() { return \"" + handlerName + "\"; }\n"
                        + "public StepResult handle(StepContext context) { return StepResult.success(Map.of()); }\n}\n");
    }

    /** Promise a provider in the descriptor. */
    public PluginJar provides(String service, String simpleName) {
        provides.computeIfAbsent(service, ignored -> new ArrayList<>()).add(module + "." + simpleName);
        return this;
    }

    /** Compile the classes; they may be changed before {@link #layer}. */
    public PluginJar compile() {
        StringBuilder descriptor = new StringBuilder("module " + module + " { requires tasker.events.api; ");
        provides.forEach((service, names) ->
                descriptor.append("provides " + service + " with " + String.join(", ", names) + "; "));
        sources.put("module-info", descriptor + "}");
        List<String> arguments = new ArrayList<>(List.of(
                "-d",
                classes().toString(),
                "-proc:none",
                "-p",
                System.getProperty("jdk.module.path"),
                "--module-version"));
        arguments.add("1.2.3");
        sources.forEach((name, text) ->
                arguments.add(write("src/" + name + ".java", text).toString()));
        run("javac", arguments);
        return this;
    }

    /** The compiled file of a class. */
    public Path classFile(String simpleName) {
        return classes().resolve(module.replace('.', '/')).resolve(simpleName + ".class");
    }

    /** Where the jar will be. */
    public Path jar() {
        return folder.resolve(module + ".jar");
    }

    /** Pack the classes as they are now, and load the jar. */
    public ModuleLayer layer() {
        return layer(jar());
    }

    /** Pack the classes as they are now into another jar, which no layer has open yet, and load that. */
    public ModuleLayer layer(Path jar) {
        pack(jar);
        ModuleLayer parent = ModuleLayer.boot();
        Configuration resolved =
                parent.configuration().resolve(ModuleFinder.of(jar), ModuleFinder.of(), Set.of(module));
        return parent.defineModulesWithOneLoader(resolved, PluginJar.class.getClassLoader());
    }

    /** The folder of compiled classes. */
    public Path classes() {
        return folder.resolve("classes");
    }

    /** The tool {@code jar} refuses what is broken, and so cannot be used. */
    private void pack(Path to) {
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(to));
                Stream<Path> files = Files.walk(classes())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                jar.putNextEntry(new ZipEntry(classes().relativize(file).toString()));
                Files.copy(file, jar);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path write(String name, String text) {
        try {
            Path file = folder.resolve(name);
            Files.createDirectories(folder.resolve("src"));
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(String tool, List<String> arguments) {
        StringWriter output = new StringWriter();
        PrintWriter printer = new PrintWriter(output);
        int code = ToolProvider.findFirst(tool).orElseThrow().run(printer, printer, arguments.toArray(String[]::new));
        assertThat(code).as("%s %s: %s", tool, arguments, output).isZero();
    }
}
