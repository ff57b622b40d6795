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

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;

/** Keeps what is written from arriving whole. In a pipeline only from the moment that a fault needs it. Belongs to the event loop. */
final class Tamper extends ChannelOutboundHandlerAdapter {

    /** What becomes of what is written next. */
    enum Mode {
        SWALLOW_ONE,
        SWALLOW_ALL,
        TRUNCATE
    }

    private final Runnable whenTruncated;
    private Mode mode;

    Tamper(Mode mode, Runnable whenTruncated) {
        this.mode = mode;
        this.whenTruncated = whenTruncated;
    }

    /** Puts one right below MQTT, where one packet is one write: above TLS, or above WebSocket where there is one. */
    static void withNextPacket(Channel channel, Mode mode) {
        ChannelPipeline pipeline = channel.pipeline();
        ChannelHandlerContext frames = pipeline.context(WebSocketFrames.class);
        ChannelHandlerContext below = frames != null ? frames : pipeline.context(SslHandler.class);
        pipeline.addAfter(below.name(), null, new Tamper(mode, () -> {}));
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (!(message instanceof ByteBuf bytes) || !bytes.isReadable()) {
            ctx.write(message, promise);
            return;
        }
        switch (mode) {
            case TRUNCATE -> {
                mode = Mode.SWALLOW_ALL;
                ctx.writeAndFlush(bytes.readSlice(Math.max(1, bytes.readableBytes() / 2)), promise);
                whenTruncated.run();
            }
            case SWALLOW_ONE -> {
                ctx.pipeline().remove(this);
                swallow(bytes, promise);
            }
            default -> swallow(bytes, promise);
        }
    }

    private static void swallow(ByteBuf bytes, ChannelPromise promise) {
        ReferenceCountUtil.release(bytes);
        promise.trySuccess();
    }
}
