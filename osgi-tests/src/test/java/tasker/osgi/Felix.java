package tasker.osgi;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;

/** A real framework, whose bundles see nothing of this test's class path. */
final class Felix implements AutoCloseable {
    private static final Path BUNDLES = Path.of("target/bundles");
    private static final long STOP_MILLIS = 60_000;

    private final Framework framework;

    /** Start the bundles with these names, after the folder to work in, run the application, and print what it saw. */
    @SuppressWarnings("SystemOut") // read by the test
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        String log = Stream.of("org.slf4j", "org.slf4j.event", "org.slf4j.helpers", "org.slf4j.spi")
                .map(name -> name + ";version=2.0.20")
                .collect(Collectors.joining(","));
        List<String> names = List.of(args).subList(1, args.length);
        boolean hasLog = names.stream().anyMatch(name -> name.startsWith("slf4j"));
        Map<String, String> more = hasLog ? Map.of() : Map.of(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, log);
        try (Felix felix = new Felix(folder.resolve("felix"), more)) {
            felix.start(names);
            System.out.println(felix.run(folder.resolve("application.jar")));
        }
    }

    /** Start one, which keeps its files in this folder. */
    Felix(Path storage, Map<String, String> more) throws BundleException {
        Map<String, String> configuration = new HashMap<>(more);
        configuration.put(Constants.FRAMEWORK_STORAGE, storage.toString());
        framework = new FrameworkFactory().newFramework(configuration);
        framework.start();
    }

    /**
     * Install the jars whose names match and start them, in this order: mediators come before those that they serve.
     */
    void start(List<String> names) throws IOException, BundleException {
        List<Bundle> bundles = new ArrayList<>();
        for (String name : names) {
            try (Stream<Path> jars = Files.list(BUNDLES)) {
                for (Path jar : jars.sorted().toList()) {
                    if (jar.getFileName().toString().matches(name)) {
                        bundles.add(framework
                                .getBundleContext()
                                .installBundle(jar.toUri().toString()));
                    }
                }
            }
        }
        for (Bundle bundle : bundles) {
            if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
                bundle.start();
            }
        }
    }

    /** Start the application in a bundle of its own, and tell what it saw. */
    @SuppressWarnings("unchecked") // the only service of this type is ours
    Map<String, String> run(Path jar) throws IOException, BundleException {
        pack(jar);
        Bundle bundle = framework.getBundleContext().installBundle(jar.toUri().toString());
        bundle.start();
        var reference = bundle.getBundleContext().getServiceReference(Supplier.class);
        return (Map<String, String>)
                bundle.getBundleContext().getService(reference).get();
    }

    private static void pack(Path jar) throws IOException {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        headers.putValue(Constants.BUNDLE_SYMBOLICNAME, "application");
        headers.putValue(Constants.BUNDLE_ACTIVATOR, Application.class.getName());
        headers.putValue(
                Constants.IMPORT_PACKAGE,
                "org.osgi.framework,tasker.events.api,tasker.events.api.spi,tasker.nativecore,tasker.nativecore.config");
        String path = Application.class.getName().replace('.', '/') + ".class";
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream zip = new JarOutputStream(out, manifest);
                InputStream in = Application.class.getClassLoader().getResourceAsStream(path)) {
            zip.putNextEntry(new ZipEntry(path));
            in.transferTo(zip);
        }
    }

    @Override
    public void close() throws BundleException {
        framework.stop();
        try {
            framework.waitForStop(STOP_MILLIS);
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
        }
    }
}
