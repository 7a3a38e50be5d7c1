// SPDX-License-Identifier: GPL-2.0-or-later
// Loads a shared library as a JVM does, all symbols resolved at once, and looks up one of its functions.
#include <dlfcn.h>
#include <stdio.h>

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: loads LIBRARY FUNCTION\n");
        return 2;
    }
    void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (!library || !dlsym(library, argv[2])) {
        fprintf(stderr, "%s\n", dlerror());
        return 1;
    }
    printf("%s loads and has %s\n", argv[1], argv[2]);
    return 0;
}
