/** Run a worker: build a {@link tasker.nativecore.WorkerSystem} from a configuration, start it, ask it, close it. */
package tasker.nativecore;
