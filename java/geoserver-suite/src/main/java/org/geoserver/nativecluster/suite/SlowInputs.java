// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server of points that take as long to read as a case wants, which makes any process slow. It trickles, because GeoServer
 * looks whether a process was dismissed before each read; and the end of the body is the end of the connection, because
 * GeoServer's HTTP client reads bodies with a known end to that end even if it is told to stop.
 */
public final class SlowInputs implements AutoCloseable {
    private static final long PAUSE_MILLIS = 50;

    private final ServerSocket server;
    private final Map<String, Input> inputs = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    public SlowInputs() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        thread("slow-inputs", this::accept);
    }

    /** A new input. */
    public Input next() {
        String path = "/point-" + count.incrementAndGet();
        Input input = new Input("http://127.0.0.1:" + server.getLocalPort() + path);
        inputs.put(path, input);
        return input;
    }

    private static void thread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                thread("slow-input", () -> serve(client));
            } catch (IOException e) {
                // closed
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            Input input = inputs.get(path(client.getInputStream()));
            OutputStream out = client.getOutputStream();
            if (input == null) {
                out.write("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            } else {
                input.send(out);
            }
        } catch (IOException e) {
            // a client that went away
        }
    }

    /** The path of a request; reads all its headers. */
    private static String path(InputStream in) throws IOException {
        StringBuilder request = new StringBuilder();
        while (request.indexOf("\r\n\r\n") < 0) {
            int c = in.read();
            if (c < 0) {
                throw new IOException("no request");
            }
            request.append((char) c);
        }
        return request.toString().split(" ")[1];
    }

    @Override
    public void close() throws IOException {
        server.close();
        inputs.values().forEach(Input::finish);
    }

    /** A point that is not complete until {@link #finish}. */
    public static final class Input {
        private final String url;
        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch finish = new CountDownLatch(1);
        private final CountDownLatch dropped = new CountDownLatch(1);

        private Input(String url) {
            this.url = url;
        }

        public String url() {
            return url;
        }

        private void send(OutputStream out) throws IOException {
            asked.countDown();
            try {
                write(out, "HTTP/1.1 200 OK\r\nContent-Type: " + Execute.WKT + "\r\nConnection: close\r\n\r\nPOINT (1");
                while (!finish.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                    write(out, " ");
                }
                write(out, " 2)");
            } catch (IOException e) {
                dropped.countDown();
                throw e;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private static void write(OutputStream out, String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }

        /** Lets the reader come to the end, now or when it asks. */
        public void finish() {
            finish.countDown();
        }

        /** Whether anybody has asked for it. */
        public boolean isAsked() {
            return asked.getCount() == 0;
        }

        /** Waits until a process reads it. */
        public void awaitAsked() {
            Await.until(url + " is read", Await.SOON, () -> isAsked() ? null : "nobody asked for it");
        }

        /** Waits until the reader has given up before the end. */
        public void awaitDropped() {
            Await.until(url + " is given up", Await.SOON, () -> dropped.getCount() == 0 ? null : "it is still read");
        }
    }
}
