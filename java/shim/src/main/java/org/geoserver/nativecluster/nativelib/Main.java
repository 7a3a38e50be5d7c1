// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.nativelib;

/** {@code java -jar gs-native-cluster.jar check FILE}: the command line of the native library. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        try {
            NativeLibrary.load();
        } catch (LibraryException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
        System.exit(NativeLibrary.cli(args));
    }
}
