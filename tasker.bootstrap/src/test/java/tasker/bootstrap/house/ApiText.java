package tasker.bootstrap.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** Write down what a module offers to others: each public type of its exported packages, and each member, a line. */
final class ApiText {
    private static final Pattern TYPE = Pattern.compile("(?m)^(public .*) \\{\n((?:  .*;\n)*)}$");
    private static final Pattern NAME = Pattern.compile("(?:class|interface) ([\\w.$]+)");

    private ApiText() {}

    /** Describe the module whose classes lie in this folder. */
    static SortedSet<String> of(Path classes) throws IOException {
        ModuleDescriptor module;
        try (InputStream in = Files.newInputStream(classes.resolve("module-info.class"))) {
            module = ModuleDescriptor.read(in);
        }
        List<Path> files = new ArrayList<>();
        for (ModuleDescriptor.Exports exports : module.exports()) {
            if (!exports.isQualified()) {
                files.addAll(classesIn(classes.resolve(exports.source().replace('.', '/'))));
            }
        }
        return of(files);
    }

    /** Describe these class files. */
    static SortedSet<String> of(Collection<Path> files) {
        SortedSet<String> lines = new TreeSet<>();
        Matcher types = TYPE.matcher(javap(files));
        while (types.find()) {
            String type = types.group(1);
            Matcher name = NAME.matcher(type);
            assertThat(name.find()).as("the name of '%s'", type).isTrue();
            lines.add(type);
            types.group(2).lines().forEach(member -> lines.add(name.group(1) + ": " + member.strip()));
        }
        return lines;
    }

    /** The files of the classes in this folder. */
    static List<Path> classesIn(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .filter(file -> !file.endsWith("package-info.class"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String javap(Collection<Path> files) {
        List<String> arguments = new ArrayList<>(List.of("-protected", "-constants"));
        files.forEach(file -> arguments.add(file.toString()));
        StringWriter printed = new StringWriter();
        PrintWriter out = new PrintWriter(printed);
        int status = ToolProvider.findFirst("javap").orElseThrow().run(out, out, arguments.toArray(String[]::new));
        assertThat(status).as("javap says: %s", printed).isZero();
        return printed.toString().replace("\r\n", "\n");
    }
}
