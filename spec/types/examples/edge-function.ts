import { createRest, createTokenRequest, historyOf, publish } from '../../../lib/rest.js';

const client = createRest({ key: 'app.key:secret' }); // from the secrets of your platform

/** `GET /token`: a TokenRequest for a browser. `GET /last`: the last ten messages. `POST /send`: publishes the body. */
export default {
  async fetch(request: Request): Promise<Response> {
    const channel = client.channel('chat');
    const { pathname } = new URL(request.url);
    try {
      if (pathname === '/token')
        return Response.json(await createTokenRequest(client, { capability: { chat: ['subscribe'] } }));
      if (pathname === '/last') return Response.json((await historyOf(channel, { limit: 10 }).page()).items);
      const { serials } = await publish(channel, 'message', await request.text());
      return Response.json({ serials });
    } catch (error) {
      return Response.json(error, { status: 502 }); // an ErrorInfo: code, statusCode, message, href
    }
  },
};
