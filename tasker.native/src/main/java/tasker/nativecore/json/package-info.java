/** Write and read the JSON of every contract, with the snake_case names that other languages know. */
package tasker.nativecore.json;
