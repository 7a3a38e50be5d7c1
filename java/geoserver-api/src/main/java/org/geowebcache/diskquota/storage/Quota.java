// SPDX-License-Identifier: GPL-2.0-or-later
package org.geowebcache.diskquota.storage;

/** An amount of room. */
public class Quota {}
