/** Find services with {@link java.util.ServiceLoader}, guarded against every way in which a provider can be broken. */
package tasker.nativecore.discovery;
