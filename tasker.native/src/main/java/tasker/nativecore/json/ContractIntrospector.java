package tasker.nativecore.json;

import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;

/** Tell Jackson the rules that hold for every record of the contracts, so that no record needs an annotation. */
final class ContractIntrospector extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1L;

    /** All but an {@link Optional} must be present. */
    @Override
    public Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
        return !member.getRawType().equals(Optional.class);
    }

    /** Constants stand in lower case. */
    @Override
    public String[] findEnumValues(MapperConfig<?> config, AnnotatedClass type, Enum<?>[] constants, String[] names) {
        for (int i = 0; i < constants.length; i++) {
            names[i] = constants[i].name().toLowerCase(Locale.ROOT);
        }
        return names;
    }
}
