package tasker.bootstrap.cli;

/** Know the version of this runtime. Loads nothing: {@code tasker --version} answers before anything else is there. */
public final class ProductVersion {
    private ProductVersion() {}

    /** The version as {@code tasker --version} prints it. */
    public static String line() {
        return "tasker " + text();
    }

    /** The version alone, such as {@code 0.1.0}. */
    public static String text() {
        Module module = ProductVersion.class.getModule();
        return module.isNamed() ? module.getDescriptor().rawVersion().orElse("unversioned") : "unversioned";
    }
}
