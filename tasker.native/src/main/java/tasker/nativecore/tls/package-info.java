/** Read certificates and keys for connections that are encrypted. */
package tasker.nativecore.tls;
