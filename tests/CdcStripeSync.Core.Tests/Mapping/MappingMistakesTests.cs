using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace CdcStripeSync.Core.Tests.Mapping;

public sealed class MappingMistakesTests(ITestOutputHelper output)
{
    [Fact]
    public void Read_TabInTheIndent_IsSaidWhereItStands()
    {
        var error = Assert.Single(Maps.Read("version: 1\nresources:\n  product:\n\tfrom: public.products\n").Errors).ToString();

        Assert.StartsWith("mapping.yaml:4:1: not YAML", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TwelveDifferentMistakes_PrintsTwelveErrorsWithTheirLines()
    {
        const string Yaml = """
            version: 1
            mode: live
            rolout: now
            resources:
              product:
                from: public.products
                key: [id]
                fields:
                  nmae: { column: name }
                  default_price: { column: price_id }
                  active: maybe
                  unit_label: "a unit label that is too long"
                  description: { column: a, template: "{b}" }
                  metadata.sku: { column: sku, convert: uper }
                  url: { template: "https://shop/{id" }
              price:
                from: prices
                key: [id]
                on_delete: delete
                parent: { product: product_id }
                fields:
                  currency: { column: currency }
                  unit_amount: { column: cents }
                  tax_behavior: { column: t, map: { a: inclusiv } }
            """;

        var reading = Maps.Read(Yaml);

        foreach (var e in reading.Errors) output.WriteLine(e.ToString());
        Assert.Null(reading.Mapping);
        Assert.Equal(
            [
                "mapping.yaml:2:7: mode: live mode needs the account pinned; add `account: acct_…`",
                "mapping.yaml:3:1: rolout: unknown member 'rolout'; did you mean 'rollout'?",
                "mapping.yaml:9:7: resources.product.fields.nmae: unknown field 'nmae'; did you mean 'name'?",
                "mapping.yaml:10:7: resources.product.fields.default_price: 'default_price' cannot be mapped as a field; say `default_when` on the price: the row that it chooses becomes the default",
                "mapping.yaml:11:15: resources.product.fields.active: 'maybe' is not true or false",
                "mapping.yaml:12:19: resources.product.fields.unit_label: 29 characters are more than Stripe's 12; shorten it, or say `convert: { truncate: 12 }`",
                "mapping.yaml:13:33: resources.product.fields.description: the rule has 2 sources: column, template; keep exactly one",
                "mapping.yaml:14:45: resources.product.fields.metadata.sku.convert: unknown converter 'uper'; did you mean 'upper'?",
                "mapping.yaml:15:24: resources.product.fields.url.template: '{' at character 14 is not closed; a column is {column}; a brace itself is written twice",
                "mapping.yaml:17:11: resources.price.from: 'prices' does not name a table with its schema; write schema.table (PostgreSQL) or database.table (MySQL, MariaDB)",
                "mapping.yaml:19:16: resources.price.on_delete: Stripe cannot delete a price; say `archive`",
                "mapping.yaml:24:44: resources.price.fields.tax_behavior.map.a: 'inclusiv' is not one of Stripe's values; did you mean 'inclusive'?",
            ],
            reading.Errors.Select(e => e.ToString()));
    }

    [Fact]
    public void Read_MetadataMappedWholeAndByKey_NamesEachMistakeOfItsOwn()
    {
        var errors = Maps.Read("version: 1\nresources:\n  product:\n    from: a.b\n    key: [id]\n    fields:\n      name: x\n      metadata: { column: m }\n      metadata.a[0]: x\n      metadata.cdc_key: x").Errors;
        Assert.Equal(["mapped key by key", "no brackets", "is ours"], errors.Select(e => new[] { "mapped key by key", "no brackets", "is ours" }.Single(e.ToString().Contains)));
    }

    /// <summary>One mistake in an otherwise sound file is one error; <c>@</c> marks where it is.</summary>
    [Theory]
    [InlineData("@", "the file is empty")]
    [InlineData("@- 1", "expected a mapping, found a list")]
    [InlineData("version: @2\nresources:\n{product}", "version '2' is not known")]
    [InlineData("@resources:\n{product}", "'version' is missing")]
    [InlineData("version: 1\n@version: 1\nresources:\n{product}", "'version' is given twice")]
    [InlineData("@version: 1", "'resources' is missing")]
    [InlineData("version: 1\naccount: @cus_1\nresources:\n{product}", "is not a Stripe account")]
    [InlineData("version: 1\nmode: @prod\nresources:\n{product}", "'prod' is not allowed")]
    [InlineData("version: 1\nlimits: { breadth: { share: @2 } }\nresources:\n{product}", "expected a share")]
    [InlineData("version: 1\nlimits: { breadth: { at_least: @-1 } }\nresources:\n{product}", "whole number")]
    [InlineData("version: 1\nlimits: { breadth: { window: @10 } }\nresources:\n{product}", "length of time")]
    [InlineData("version: 1\nlimits: { breadth: { @windw: 1m } }\nresources:\n{product}", "unknown member 'windw'")]
    [InlineData("version: 1\nlimits: { breadth: { creates: @maybe } }\nresources:\n{product}", "expected true or false")]
    [InlineData("version: 1\nresources:\n  @prodct: { from: a.b, key: [id], fields: { name: x } }", "unknown resource 'prodct'")]
    [InlineData("version: 1\nresources:\n  product: @{ key: [id], fields: { name: x } }", "'from' is missing")]
    [InlineData("version: 1\nresources:\n  product: @{ from: a.b, fields: { name: x } }", "'key' is missing")]
    [InlineData("version: 1\nresources:\n  product: { from: a.b, key: @[id, id], fields: { name: x } }", "given twice")]
    [InlineData("version: 1\nresources:\n  product: { @form: a.b, key: [id], fields: { name: x } }", "unknown member 'form'")]
    [InlineData("version: 1\nresources:\n  product: { from: @'/([/', key: [id], fields: { name: x } }", "no regular expression")]
    [InlineData("version: 1\nresources:\n  product: @{ from: a.b, key: [id] }", "'fields' is missing")]
    [InlineData("version: 1\nresources:\n  customer: { from: a.b, key: [id], fields: @{} }", "'fields' is empty")]
    [InlineData("version: 1\nresources:\n{product}\n  customer: @[]", "the list is empty")]
    [InlineData("version: 1\nresources:\n  product: { from: a.b, key: [id], @fields: { url: x } }", "'name' is missing: Stripe requires it")]
    [InlineData("version: 1\nresources:\n{product}\n{price}\n      @unit_amount: { column: cents }", "only one of the two")]
    [InlineData("version: 1\nresources:\n{product}\n  price: { from: a.b, key: [id], parent: { product: p }, @fields: { currency: usd } }", "no amount")]
    [InlineData("version: 1\nresources:\n{product}\n  price: { from: a.b, key: [id], parent: { product: p }, @fields: { unit_amount: 5 } }", "'currency' is missing")]
    [InlineData("version: 1\nresources:\n{product}\n  price: @{ from: a.b, key: [id], fields: { currency: usd, unit_amount: 5 } }", "needs its product")]
    [InlineData("version: 1\nresources:\n  price: { from: a.b, key: [id], parent: @{ product: p }, fields: { currency: usd, unit_amount: 5 } }", "the parent product is not mapped")]
    [InlineData("version: 1\nresources:\n{product}\n  price: { from: a.b, key: [id], parent: @{ product: [p, q] }, fields: { currency: usd, unit_amount: 5 } }", "2 column(s) for a key of 1")]
    [InlineData("version: 1\nresources:\n  product: [{ from: a.b, key: [id], fields: { name: x } }, { from: a.c, key: [id], fields: { name: x } }]\n  price: { from: a.d, key: [id], parent: @{ product: p }, fields: { currency: usd, unit_amount: 5 } }", "the product of a row can stand in several tables: product#1 (a.b), product#2 (a.c); name the map that is meant: { \"product#1\": p } or { \"product#2\": p }; where it can be in any of them, and no two have a row of one key: { \"product|product#2\": p }")]
    [InlineData("version: 1\nresources:\n{product}\n  price: { from: a.b, key: [id], parent: @{ product#2: p }, fields: { currency: usd, unit_amount: 5 } }", "there is no product#2; there is product#1 (public.products)")]
    [InlineData("version: 1\nresources:\n  product: [{ from: a.b, key: [id], fields: { name: x } }, { from: a.c, key: [t, id], fields: { name: x } }]\n  price: { from: a.d, key: [id], parent: @{ product#2: p }, fields: { currency: usd, unit_amount: 5 } }", "1 column(s) for a key of 2; name them in the order of product#2's key: t, id")]
    [InlineData("version: 1\nresources:\n{product}\n  price: { from: a.b, key: [id], parent: { @product|product#1: p }, fields: { currency: usd, unit_amount: 5 } }", "names a map twice")]
    [InlineData("version: 1\nresources:\n{product}\n  price: { from: a.b, key: [id], parent: { @product#0: p }, fields: { currency: usd, unit_amount: 5 } }", "unknown member 'product#0'")]
    [InlineData("version: 1\nresources:\n{product}\n{price}\n      @product: { column: p }", "is filled by `parent`")]
    [InlineData("version: 1\nresources:\n{product}\n{price}\n      @recurring.interval_count: 1", "'recurring.interval' is missing")]
    [InlineData("version: 1\nresources:\n{product}\n{price}\n      @product_data.name: x", "cannot be mapped as a field")]
    [InlineData("version: 1\nresources:\n{product}\n{price}\n    stripe_id: @'p_{id}'", "Stripe chooses the id")]
    [InlineData("version: 1\nresources:\n{product}\n    default_when: @{ a: 1 }", "nobody's default")]
    [InlineData("version: 1\nresources:\n{product}\n    parent: @{ product: x }", "has no parent")]
    [InlineData("version: 1\nresources:\n{product}\n  product_feature: { from: a.b, key: [id], parent: { @entitlements.feature: f }, fields: { entitlement_feature: x } }", "unknown member 'entitlements.feature'")]
    [InlineData("version: 1\nresources:\n{product}\n    on_delete: @drop", "'drop' is not allowed")]
    [InlineData("version: 1\nresources:\n{product}\n    exists_when: @yes", "expected a condition")]
    [InlineData("version: 1\nresources:\n{product}\n    exists_when: { a: @[1] }", "a list is not a literal")]
    [InlineData("version: 1\nresources:\n{product}\n    exists_when: { a: { @gtt: 1 } }", "unknown member 'gtt'")]
    [InlineData("version: 1\nresources:\n{product}\n    exists_when: { a: { gt: @null } }", "cannot be compared")]
    [InlineData("version: 1\nresources:\n{product}\n      @name: { column: n }", "'name' is given twice")]
    [InlineData("version: 1\nresources:\n{product}\n      description: @{ required: true }", "has no source")]
    [InlineData("version: 1\nresources:\n{product}\n      description: { column: a, @onwer: stripe }", "unknown member 'onwer'")]
    [InlineData("version: 1\nresources:\n{product}\n      description: { column: a, write_back: @a }", "only a value that Stripe owns")]
    [InlineData("version: 1\nresources:\n{product}\n      description: { column: a, on_conflict: @ask }", "only a shared field")]
    [InlineData("version: 1\nresources:\n{product}\n      statement_descriptor: { column: a, on_null: @clear }", "Stripe cannot clear")]
    [InlineData("version: 1\nresources:\n{product}\n      description: { column: a, path: @'a[x]' }", "needs a number")]
    [InlineData("version: 1\nresources:\n{product}\n      description: { column: a, convert: @truncate }", "needs an argument")]
    [InlineData("version: 1\nresources:\n{product}\n      description: { column: a, convert: { truncate: @0 } }", "at least 1")]
    [InlineData("version: 1\nresources:\n{product}\n      description: { column: a, compare: @{ gt: 0 } }", "a comparison gives true or false")]
    [InlineData("version: 1\nresources:\n{product}\n      description: { constant: x, convert: @lower }", "a constant takes no `convert`")]
    [InlineData("version: 1\nresources:\n{product}\n      description: @5", "is not text; write it in quotes")]
    [InlineData("version: 1\nresources:\n{product}\n      description: @~", "a constant needs a value")]
    [InlineData("version: 1\nresources:\n{product}\n      active: { column: s, map: { a: @on } }", "is not true or false")]
    [InlineData("version: 1\nresources:\n{product}\n      description: { column: a, owner: @shared }", "needs a rule for conflicts")]
    [InlineData("version: 1\nresources:\n{product}\n      description: { column: a, owner: @sauce }", "'sauce' is not allowed; did you mean 'source'")]
    [InlineData("version: 1\nresources:\n{product}\n      shippable: { column: a, on_unmap: @clear }", "Stripe cannot clear")]
    [InlineData("version: 1\nresources:\n{product}\n      active: { column: a, convert: @lower }", "gives text, and active takes true or false")]
    [InlineData("version: 1\nresources:\n{product}\n      description: { column: a, convert: @{ split: ',' } }", "gives a list, and description takes text")]
    [InlineData("version: 1\nresources:\n{product}\n{price}\n      nickname: { column: a, convert: @minor_units }", "gives a number, and nickname takes text")]
    [InlineData("version: 1\nresources:\n{product}\n{price}\n      tax_behavior: @[exclusive]", "a list is not text")]
    [InlineData("version: 1\nresources:\n{product}\n{price}\n      tiers: @[{ up_to: inf, unit_amount: x }]", "item 1: unit_amount: \"x\" is not a whole number")]
    [InlineData("version: 1\nresources:\n{product}\n{price}\n      tiers: { constant: @[{ up_to: 10, amount: 5 }] }", "item 1: Stripe knows no member 'amount' here; it has flat_amount")]
    [InlineData("version: 1\nresources:\n{product}\n{price}\n      recurring: { constant: @{ interval: 5 } }", "interval: 5 is not text; write it in quotes")]
    [InlineData("version: 1\nresources:\n{product}\n{price}\n      recurring: @{ interval: month }", "write recurring.interval")]
    [InlineData("version: 1\nresources:\n{product}\n      description: { @from: a }", "unknown member 'from'")]
    [InlineData("version: 1\nresources:\n{product}\n      @metadata: { column: attributes }", "mapped key by key")]
    [InlineData("version: 1\nresources:\n{product}\n      @metadata.cdc_key: { column: id }", "is ours")]
    [InlineData("version: 1\nresources:\n{product}\n      @metadata.a[b]: { column: id }", "no brackets")]
    [InlineData("version: 1\nresources:\n{product}\n      @metadata.a234567890123456789012345678901234567890x: { column: id }", "41 characters")]
    [InlineData("version: 1\nresources:\n{product}\n      @tax_details.tax_coed: { column: h }", "did you mean 'tax_details.tax_code'")]
    [InlineData("version: 1\nresources:\n{product}\n      id: @{ column: id }", "id is not a field; say `stripe_id")]
    [InlineData("version: 1\nresources:\n{product}\n      @weight: { column: w, convert: minor_units }", "unknown field 'weight'")]
    [InlineData("version: 1\nresources:\n  customer: { from: a.b, key: [id], fields: { @balance: { column: b, convert: minor_units } } }", "needs to know the currency")]
    [InlineData("version: 1\nresources:\n  customer: { from: a.b, key: [id], fields: { @test_clock: { column: b } } }", "can only be set when the customer is created")]
    [InlineData("version: 1\nresources:\n  customer: { from: a.b, key: [id], fields: { @default_source: { column: b } } }", "can only be set by an update")]
    [InlineData("version: 1\nresources:\n  customer: { from: a.b, key: [id], on_delete: @archive, fields: { name: x } }", "Stripe cannot archive")]
    [InlineData("version: 1\nresources:\n  customer: { from: a.b, key: [id], fields: { address: { column: b }, @address.city: { column: c } } }", "overlap")]
    [InlineData("version: 1\nresources:\n  coupon: { from: a.b, key: [id], stripe_id: @'all', fields: { percent_off: { column: p } } }", "every row would have the same id")]
    [InlineData("version: 1\nresources:\n  coupon: { from: a.b, key: [id], stripe_id: @'20% {id}', fields: { percent_off: { column: p } } }", "characters that Stripe's ids cannot")]
    [InlineData("version: 1\nresources:\n  coupon: { from: a.b, key: [id], fields: { percent_off: @120 } }", "above Stripe's maximum")]
    [InlineData("version: 1\nresources:\n  coupon: { from: a.b, key: [id], fields: { duration: @ever } }", "'ever' is not one of Stripe's values")]
    [InlineData("version: 1\nresources:\n{product}\n  price: { from: a.b, key: [id], parent: { product: p }, fields: { currency: { column: c, owner: source_on_create }, @unit_amount_decimal: { column: a, convert: minor_units } } }", "owner is source and that of its currency 'currency' is source_on_create")]
    [InlineData("version: 1\nresources:\n{product}\n  price: { from: a.b, key: [id], parent: { product: p }, fields: { currency: { column: c }, @unit_amount_decimal: { column: a, convert: minor_units, owner: source_on_create } } }", "owner is source_on_create and that of its currency 'currency' is source")]
    [InlineData("version: 1\nresources:\n{product}\n  price: { from: a.b, key: [id], parent: { product: p }, fields: { currency: { constant: usd, owner: source_on_create }, @unit_amount_decimal: { column: a, convert: minor_units } } }", "could be sent as one in another")]
    [InlineData("version: 1\nresources:\n{product}\n  price: { from: a.b, key: [id], parent: { product: p }, fields: { currency: { column: c, owner: shared, on_conflict: newest }, @unit_amount_decimal: { column: a, convert: minor_units, owner: shared, on_conflict: newest } } }", "could be sent as one in another")]
    [InlineData("version: 1\nresources:\n{product}\n  price: { from: a.b, key: [id], parent: { product: p }, fields: { currency: { column: c, owner: source_on_create }, @unit_amount_decimal: { column: cents } } }", "could be sent as one in another")]
    [InlineData("version: 1\nresources:\n  coupon: { from: a.b, key: [id], fields: { currency: { column: c, owner: stripe }, @amount_off: { column: a, convert: minor_units } } }", "its currency 'currency' is stripe")]
    [InlineData("version: 1\nresources:\n  promotion_code: { from: a.b, key: [id], fields: { promotion.coupon: half, promotion.type: coupon, @restrictions.minimum_amount: { column: a, convert: minor_units } } }", "map `restrictions.minimum_amount_currency`")]
    [InlineData("version: 1\nresources:\n  coupon: { from: a.b, key: [id], fields: { currency: usd, amount_off: 5, @currency_options.EUR.amount_off: { column: e } } }", "write 'eur'")]
    [InlineData("version: 1\nresources:\n  coupon: { from: a.b, key: [id], fields: { currency: usd, amount_off: 5, @currency_options.xyz.amount_off: { column: e } } }", "'xyz' is not a currency")]
    [InlineData("version: 1\nresources:\n  coupon: { from: a.b, key: [id], fields: { currency: usd, amount_off: 5, currency_options: { constant: @{ EUR: { amount_off: 4 } } } } }", "write 'eur'")]
    [InlineData("version: 1\nresources:\n{product}\n      description: @''", "empty text or list is no value")]
    [InlineData("version: 1\nresources:\n{product}\n      description: { constant: @'' }", "empty text or list is no value")]
    [InlineData("version: 1\nresources:\n{product}\n      images: @[]", "empty text or list is no value")]
    [InlineData("version: 1\nresources:\n{product}\n      images: @['']", "empty text or list is no value")]
    [InlineData("version: 1\nresources:\n{product}\n      metadata.x: @''", "empty text or list is no value")]
    [InlineData("version: 1\nresources:\n{product}\n      description: { column: a, map: { True: x, @TRUE: y } }", "'true' is given twice; write texts in quotes")]
    [InlineData("version: 1\nresources:\n  coupon: { from: a.b, key: [id], stripe_id: @'{a}{b}', fields: { percent_off: 5 } }", "'{a}' runs into the next column")]
    [InlineData("version: 1\nresources:\n  coupon: { from: a.b, key: [id], stripe_id: @'c_{a}x{b}', fields: { percent_off: 5 } }", "'{a}' runs into the next column")]
    [InlineData("version: 1\nresources:\n{product}\n  price: { from: a.b, key: [id], parent: { product: p }, @fields: { currency: usd, unit_amount: { owner: stripe, write_back: a } } }", "no amount")]
    [InlineData("version: 1\nresources:\n{product}\n{price}\n      @recurring.interval: { owner: stripe, write_back: i }\n      recurring.interval_count: { column: n }", "Stripe cannot own it")]
    [InlineData("version: 1\nresources:\n  product: [{ from: a.b, key: [id], fields: { name: x } }, @7]", "expected `from`")]
    public void Read_OneMistake_IsOneErrorAtItsPlace(string marked, string expected)
    {
        var yaml = marked.Replace("{product}", Maps.Product, StringComparison.Ordinal).Replace("{price}", Maps.Price, StringComparison.Ordinal);
        var before = yaml[..yaml.IndexOf('@', StringComparison.Ordinal)];

        var reading = Maps.Read(yaml.Replace("@", "", StringComparison.Ordinal));

        var error = Assert.Single(reading.Errors);
        output.WriteLine(error.ToString());
        Assert.Contains(expected, error.ToString(), StringComparison.Ordinal);
        Assert.Equal(before.Count(c => c == '\n') + 1, error.Line);
        Assert.Equal(before.Length - before.LastIndexOf('\n'), error.Column);
    }

    [Fact]
    public void Read_ProductFeatureWithAnotherParentThanItsProduct_IsRefused() =>
        Assert.Contains(
            Maps.Read($"version: 1\nresources:\n{Maps.Product}\n  feature: {{ from: a.f, key: [id], fields: {{ name: x, lookup_key: {{ column: k }} }} }}\n  product_feature: {{ from: a.b, key: [id], parent: {{ feature: f }}, fields: {{ entitlement_feature: feat_1 }} }}").Errors,
            e => e.Path.StartsWith("resources.product_feature.parent", StringComparison.Ordinal));

    [Theory]
    [InlineData("convert: minor_units, map: { x: usd }")]
    [InlineData("convert: [minor_units, string]")]
    public void Read_CurrencyInMinorUnits_IsAMistake(string steps)
    {
        var error = Assert.Single(Maps.Read($"version: 1\nresources:\n{Maps.Product}\n  price: {{ from: a.b, key: [id], parent: {{ product: p }}, fields: {{ currency: {{ column: c, {steps} }}, unit_amount: {{ column: a, convert: minor_units }} }} }}").Errors);

        Assert.Equal(("resources.price.fields.currency", "minor_units makes an amount, and this is a currency"), (error.Path, error.Message));
    }

    /// <summary>One amount always has one currency here, although owners differ.</summary>
    [Theory]
    [InlineData("currency: usd", "column: a, convert: minor_units, owner: source_on_create")]
    [InlineData("currency: usd", "column: cents, owner: shared, on_conflict: ask")]
    [InlineData("currency: { column: c, owner: source_on_create }", "column: a, convert: minor_units, owner: source_on_create")]
    public void Read_AmountThatItsCurrencyCannotLeave_IsSound(string currency, string amount) =>
        Maps.Of(Maps.Product, $"  price: {{ from: a.b, key: [id], parent: {{ product: p }}, fields: {{ {currency}, unit_amount_decimal: {{ {amount} }} }} }}");

    [Theory]
    [InlineData("version: 1\nresources: [", 3)]
    [InlineData("version: 1\nmode: *nothing", 2)]
    [InlineData("version: 1\n? [a, b]\n: 1", 2)]
    [InlineData("version: 1\n---\nversion: 1", 2)]
    public void Read_NoYaml_NamesTheLine(string yaml, int line)
    {
        var error = Assert.Single(Maps.Read(yaml).Errors);

        output.WriteLine(error.ToString());
        Assert.StartsWith("not YAML", error.Message, StringComparison.Ordinal);
        Assert.Equal(line, error.Line);
    }

    [Fact]
    public void Read_AnyDamagedFile_IsAMappingOrErrorsNeverAnException()
    {
        var sample = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "samples", "shop", "mapping.yaml"));
        var damage = Gen.Choose(0, sample.Length - 1).Zip(Gen.Choose(0, 40)).Zip(Gen.Elements("", "x", ": ", "{", "}", "[", "]", "- ", "\n", "null", "5", "'", "*", "&a ", "\t"));

        Prop.ForAll(damage.ToArbitrary(), change =>
        {
            var ((start, length), text) = change;
            var reading = Maps.Read(string.Concat(sample.AsSpan(0, start), text, sample.AsSpan(Math.Min(sample.Length, start + length))));
            return reading.Mapping is null != reading.Errors.IsEmpty && reading.Errors.All(e => e.Line > 0 && e.Column > 0);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Fact]
    public void Read_AliasesOfAliases_AreRefusedBeforeTheyCostMemory()
    {
        var bomb = "version: 1\na: &a [x, x, x, x, x, x, x, x, x, x]\n" + string.Concat(Enumerable.Range('b', 12)
            .Select(c => $"{(char)c}: &{(char)c} [{string.Join(", ", Enumerable.Repeat($"*{(char)(c - 1)}", 10))}]\n"));

        Assert.Contains("too large", Assert.Single(Maps.Read(bomb).Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TooManyMetadataKeys_IsOneError()
    {
        var keys = Enumerable.Range(1, 49).Select(i => $"      metadata.k{i}: {{ column: c{i} }}");

        var error = Assert.Single(Maps.Read("version: 1\nresources:\n" + Maps.Product + "\n" + string.Join('\n', keys)).Errors);

        Assert.Contains("49 metadata keys and our 2 are more than Stripe's 50", error.Message, StringComparison.Ordinal);
    }
}
