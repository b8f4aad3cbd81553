// Drives the simulator with Stripe's own client. Usage: node drive.mjs <host> <port>
import assert from 'node:assert/strict';
import Stripe from 'stripe';

const [host, port] = process.argv.slice(2);
const stripe = new Stripe('sk_test_node', { host, port: Number(port), protocol: 'http', telemetry: false, maxNetworkRetries: 0 });

const account = await stripe.accounts.retrieveCurrent();
assert.equal(account.object, 'account');

const created = [];
for (let i = 0; i < 130; i++) created.push((await stripe.products.create({ name: `Product ${i}`, metadata: { row: String(i) } })).id);
const listed = [];
for await (const product of stripe.products.list({ limit: 100 })) listed.push(product.id);
assert.deepEqual(listed, created.toReversed());

const updated = await stripe.products.update(created[0], { description: 'Warm', metadata: { row: '', kept: 'yes' } });
assert.equal(updated.description, 'Warm');
assert.deepEqual(updated.metadata, { kept: 'yes' });

const first = await stripe.customers.create({ email: 'a@b.example', address: { city: 'Bern' } }, { idempotencyKey: 'customer-1' });
const again = await stripe.customers.create({ email: 'a@b.example', address: { city: 'Bern' } }, { idempotencyKey: 'customer-1' });
assert.equal(again.id, first.id);
assert.equal(again.lastResponse.headers['idempotent-replayed'], 'true');
assert.match(again.lastResponse.requestId, /^req_/);

const price = await stripe.prices.create({
  product: created[0], currency: 'usd', unit_amount: 1000, recurring: { interval: 'month' },
  currency_options: { eur: { unit_amount: 900 } }, lookup_key: 'tea', expand: ['currency_options', 'product'],
});
assert.equal(price.currency_options.eur.unit_amount, 900);
assert.equal(price.product.id, created[0]);
assert.equal((await stripe.prices.list({ lookup_keys: ['tea'], expand: ['data.product'] })).data[0].product.name, 'Product 0');

const fails = async (promise, type, expected) => {
  const error = await promise.then(() => assert.fail(`expected ${type}`), e => e);
  assert.equal(error.type, type, error.stack);
  for (const [name, value] of Object.entries(expected)) assert.equal(error[name], value, `${type}.${name}`);
};
await fails(stripe.products.create({ id: created[0], name: 'x' }), 'StripeInvalidRequestError', { code: 'resource_already_exists', param: 'id', statusCode: 400 });
await fails(stripe.products.retrieve('prod_none'), 'StripeInvalidRequestError', { code: 'resource_missing', statusCode: 404 });
await fails(stripe.customers.create({ email: 'other@b.example' }, { idempotencyKey: 'customer-1' }), 'StripeIdempotencyError', { statusCode: 400 });
await fails(stripe.products.list({}, { apiKey: 'nonsense' }), 'StripeAuthenticationError', { statusCode: 401 });
await fails(stripe.products.del(created[0]), 'StripeInvalidRequestError', { statusCode: 400 });

const control = body => fetch(`http://${host}:${port}/_sim/faults`, { method: 'POST', body: JSON.stringify(body) });
await control({ kind: 'reject', method: 'POST', path: '/v1/coupons', status: 500 });
await fails(stripe.coupons.create({ percent_off: 10 }), 'StripeAPIError', { statusCode: 500 });
await control({ kind: 'reject', path: '/v1/tax_rates', status: 429, type: 'invalid_request_error', code: 'rate_limit', rate_limited_reason: 'endpoint-rate' });
await fails(stripe.taxRates.list(), 'StripeRateLimitError', { statusCode: 429 });

// The client repeats a lost request under its own key: one object.
await control({ kind: 'drop_response', method: 'POST', path: '/v1/coupons' });
const coupon = await stripe.coupons.create({ percent_off: 12.5, duration: 'forever' }, { maxNetworkRetries: 2 });
assert.equal(coupon.percent_off, 12.5);
assert.equal((await stripe.coupons.list()).data.length, 1);
const code = await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: coupon.id }, code: 'FALL', expand: ['promotion.coupon'] });
assert.equal(code.promotion.coupon.id, coupon.id);

const meter = await stripe.billing.meters.create({ display_name: 'Cups', event_name: 'cup', default_aggregation: { formula: 'sum' } });
assert.equal((await stripe.billing.meters.deactivate(meter.id)).status, 'inactive');
assert.equal((await stripe.billing.meters.reactivate(meter.id)).status, 'active');
const feature = await stripe.entitlements.features.create({ name: 'Refill', lookup_key: 'refill' });
const attached = await stripe.products.createFeature(created[0], { entitlement_feature: feature.id });
assert.equal(attached.entitlement_feature.lookup_key, 'refill');
assert.equal((await stripe.products.deleteFeature(created[0], attached.id)).deleted, true);
const endpoint = await stripe.webhookEndpoints.create({ url: 'https://shop.example/hook', enabled_events: ['product.updated'] });
assert.match(endpoint.secret, /^whsec_/);
assert.equal((await stripe.webhookEndpoints.retrieve(endpoint.id)).secret, undefined);

const found = await stripe.products.search({ query: 'metadata["kept"]:"yes"' });
assert.deepEqual(found.data.map(p => p.id), [created[0]]);
const events = await stripe.events.list({ type: 'product.updated' });
assert.equal(events.data[0].data.previous_attributes.description, null);
console.log(`ok ${Stripe.PACKAGE_VERSION ?? ''}`);
