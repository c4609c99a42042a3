package tasker.bootstrap.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tasker.events.api.InvalidValueException;
import tasker.events.api.TaskerException;
import tasker.nativecore.json.Json;

/** Look into the JSON that a worker answered, which may be of another version than this command. */
final class JsonValues {
    private JsonValues() {}

    /**
     * Read an object.
     *
     * @throws TaskerException {@code TASKER-L203} when it is none
     */
    static Map<String, @Nullable Object> object(String json) {
        try {
            return Json.object(json);
        } catch (InvalidValueException e) {
            throw new TaskerException(
                    "TASKER-L203",
                    "the worker's answer is not what this command expects (" + e.getMessage()
                            + "); does something else answer at that address?",
                    e);
        }
    }

    /** Read a list of objects. */
    static List<Map<String, Object>> objects(String json) {
        return objects(object("{\"list\":" + json + "}").get("list"));
    }

    /** The objects of a list; empty when the value is no list. */
    static List<Map<String, Object>> objects(@Nullable Object value) {
        List<Map<String, Object>> objects = new ArrayList<>();
        if (value instanceof List<?> list) {
            list.forEach(item -> objects.add(members(item)));
        }
        return objects;
    }

    /** The members of an object, in their order, without those that are null; empty when the value is no object. */
    static Map<String, Object> members(@Nullable Object value) {
        Map<String, Object> members = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                Object member = entry.getValue();
                if (member != null) {
                    members.put(String.valueOf(entry.getKey()), member);
                }
            }
        }
        return members;
    }

    /** A member as text; empty when there is none. */
    static String text(Map<String, ?> object, String name) {
        Object value = object.get(name);
        return value == null ? "" : value.toString();
    }
}
