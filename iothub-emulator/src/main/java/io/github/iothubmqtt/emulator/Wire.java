/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.github.iothubmqtt.emulator;

import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLPeerUnverifiedException;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;

/**
 * One TCP connection, below TLS: passes bytes on and can be broken. Sits at the socket's end of the pipeline, so that what it closes
 * is closed without TLS's good-bye. Belongs to the connection's event loop.
 */
final class Wire extends ChannelDuplexHandler {

    private enum State {
        /** No byte has come. */
        FRESH,
        OPEN,
        /** Bytes that came wait for the end of a delay. */
        DELAYED,
        /** Nothing passes any more, not even a close. */
        SILENT
    }

    private final Supplier<Fault> handshakeFaults;
    private final Deque<Object> waiting = new ArrayDeque<>();
    private ChannelHandlerContext context;
    private State state = State.FRESH;
    private boolean overlooksCertificate;

    Wire(Supplier<Fault> handshakeFaults) {
        this.handshakeFaults = handshakeFaults;
    }

    boolean isOpen() {
        return context.channel().isActive();
    }

    /** FIN, after all that was written. */
    void cut() {
        context.channel().flush();
        context.close();
    }

    void reset() {
        context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        context.close();
    }

    /** In good order. */
    void close() {
        context.channel().close();
    }

    /** After all that was written. */
    void silence() {
        context.channel().flush();
        state = State.SILENT;
        context.channel().config().setAutoRead(false);
    }

    /** From now on the client is taken for one that has sent no certificate. */
    void overlookCertificate() {
        overlooksCertificate = true;
    }

    /** What the client has shown in the TLS handshake, which is over. */
    ClientProof clientProof() {
        if (overlooksCertificate) {
            return ClientProof.OVERLOOKED;
        }
        try {
            return new ClientProof(
                    Arrays.stream(context.pipeline()
                                    .get(SslHandler.class)
                                    .engine()
                                    .getSession()
                                    .getPeerCertificates())
                            .map(X509Certificate.class::cast)
                            .toList(),
                    false);
        } catch (SSLPeerUnverifiedException e) {
            return ClientProof.NONE;
        }
    }

    /** Puts a handler right below Vert.x's, where packets are objects. */
    void tap(ChannelHandler handler) {
        context.pipeline().addBefore("handler", null, handler);
    }

    /** The next MQTT packet gets lost. */
    void swallowNext() {
        Tamper.withNextPacket(context.channel(), Tamper.Mode.SWALLOW_ONE);
    }

    /** Half of the next MQTT packet is written, and nothing after it. */
    void truncateNext() {
        Tamper.withNextPacket(context.channel(), Tamper.Mode.TRUNCATE);
    }

    void shutIfSilent() {
        if (state == State.SILENT) {
            context.close();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) {
        if (state == State.FRESH) {
            state = State.OPEN;
            Fault fault = handshakeFaults.get();
            if (fault != null) {
                strike(ctx, fault);
            }
        }
        switch (state) {
            case SILENT -> ReferenceCountUtil.release(bytes);
            case DELAYED -> waiting.add(bytes);
            default -> ctx.fireChannelRead(bytes);
        }
    }

    private void strike(ChannelHandlerContext ctx, Fault fault) {
        switch (fault.kind()) {
            case DELAY -> {
                state = State.DELAYED;
                ctx.channel().config().setAutoRead(false);
                ctx.executor().schedule(this::goOn, fault.delay().toMillis(), TimeUnit.MILLISECONDS);
            }
            case CUT_MID_PACKET ->
                ctx.pipeline().addAfter(ctx.name(), null, new Tamper(Tamper.Mode.TRUNCATE, this::cut));
            case SILENCE -> silence();
            case RESET -> {
                state = State.SILENT;
                reset();
            }
            default -> {
                state = State.SILENT;
                ctx.close();
            }
        }
    }

    private void goOn() {
        if (state == State.DELAYED) {
            state = State.OPEN;
            context.channel().config().setAutoRead(true);
            passWaiting();
        }
    }

    private void passWaiting() {
        while (!waiting.isEmpty()) {
            context.fireChannelRead(waiting.removeFirst());
        }
        context.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        ctx.fireChannelInactive();
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object bytes, ChannelPromise promise) {
        if (state == State.SILENT) {
            ReferenceCountUtil.release(bytes);
            promise.trySuccess();
        } else {
            ctx.write(bytes, promise);
        }
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (state == State.SILENT) {
            promise.trySuccess();
        } else {
            ctx.close(promise);
        }
    }
}
