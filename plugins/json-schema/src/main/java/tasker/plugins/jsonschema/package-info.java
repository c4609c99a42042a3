/** Check the payloads of declared events by JSON Schema. */
package tasker.plugins.jsonschema;
