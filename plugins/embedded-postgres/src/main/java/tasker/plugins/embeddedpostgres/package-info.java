/** Start, watch and stop a PostgreSQL server that belongs to one worker. */
package tasker.plugins.embeddedpostgres;
