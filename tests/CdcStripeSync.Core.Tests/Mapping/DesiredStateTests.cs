using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Tests.Mapping;

public sealed class DesiredStateTests
{
    private static readonly ResourceMap Product = Maps.Of("""
          product:
            from: public.products
            key: [id]
            stripe_id: "shop_{id}"
            exists_when: { deleted_at: null }
            fields:
              name: { column: name }
              description: { column: description }
              images: { column: image_urls, owner: source_on_create }
              tax_code: { column: tax_code, owner: stripe, write_back: tax_code }
        """).Resources[0];

    private static readonly ResourceMap Price = Maps.Of(Maps.Product, """
          price:
            from: public.prices
            key: [id]
            parent: { product: product_id }
            default_when: { is_default: true }
            fields:
              currency: { column: currency, convert: lower }
              unit_amount_decimal: { column: amount, convert: minor_units }
              recurring.interval: { column: interval }
              recurring.interval_count: { column: interval_count }
        """).Resources[1];

    private static readonly Row ProductRow = Row.Of(
        ("id", ColumnValue.Of(7)),
        ("name", ColumnValue.Of("Tee")),
        ("description", ColumnValue.Null),
        ("image_urls", Maps.Array("https://img.example/1.jpg")),
        ("deleted_at", ColumnValue.Null));

    private static readonly Row PriceRow = Row.Of(
        ("id", ColumnValue.Of("p-1")),
        ("product_id", ColumnValue.Of(7)),
        ("currency", ColumnValue.Of("USD")),
        ("amount", Maps.Decimal("24.990")),
        ("interval", ColumnValue.Of("month")),
        ("interval_count", ColumnValue.Of(3)),
        ("is_default", ColumnValue.Of(true)));

    [Fact]
    public void Of_WholeRow_IsTypedByTheCatalogue()
    {
        var desired = DesiredState.Of(Price, PriceRow);

        Assert.True(desired.Exists);
        Assert.True(desired.IsDefault);
        Assert.Equal("7", desired.ParentKey);
        Assert.Empty(desired.Problems);
        Assert.Empty(desired.UnknownColumns);
        Assert.Equal(
            ["currency=\"usd\"", "recurring.interval=\"month\"", "recurring.interval_count=3", "unit_amount_decimal=2499"],
            desired.Fields.Select(f => $"{f.Key}={FieldValueJson.ToJson(f.Value.Value)}"));
    }

    [Fact]
    public void Of_SameRow_IsTheSameWhole() =>
        Assert.Equal(DesiredState.Of(Price, PriceRow), DesiredState.Of(Price, Row.Of(PriceRow.Reverse())));

    [Fact]
    public void Of_NullColumn_IsDesiredAsNoValue() =>
        Assert.Equal(new DesiredField(FieldValue.Nothing), DesiredState.Of(Product, ProductRow).Fields[FieldPath.Parse("description")]);

    [Fact]
    public void Of_UnavailableColumn_NeverLeavesAndIsNamed()
    {
        var desired = DesiredState.Of(Product, With(ProductRow, "description", ColumnValue.Unavailable));

        Assert.DoesNotContain(FieldPath.Parse("description"), desired.Fields.Keys);
        Assert.Equal(["description"], desired.UnknownColumns.ToArray());
    }

    [Fact]
    public void Of_ColumnThatTheWritersSchemaLacks_IsUnknownNotNull() =>
        Assert.Equal(["name"], DesiredState.Of(Product, ProductRow.Project(["id", "deleted_at", "description", "image_urls"])).UnknownColumns.ToArray());

    [Fact]
    public void Of_UnknownColumnOfAFieldOwnedOnCreateOnly_MattersOnlyAtCreation()
    {
        var desired = DesiredState.Of(Product, With(ProductRow, "image_urls", ColumnValue.Unavailable));

        Assert.Empty(desired.UnknownColumns);
        Assert.Equal(["image_urls"], desired.UnknownAtCreation.ToArray());
    }

    [Fact]
    public void Of_FieldThatStripeOwns_IsNotDesired() =>
        Assert.DoesNotContain(FieldPath.Parse("tax_code"), DesiredState.Of(Product, With(ProductRow, "tax_code", ColumnValue.Of("txcd_1"))).Fields.Keys);

    [Theory]
    [InlineData("""{"colour":"\ud83d"}""")]
    [InlineData("""{"\ud83d":1,"colour":"\ud83d"}""")]
    public void Of_JsonWithHalfACharacter_IsAProblemOfItsField(string json)
    {
        var row = Row.Of(("id", ColumnValue.Of(1)), ("name", ColumnValue.Of("Tee")), ("attributes", ColumnValue.Json(json)));
        foreach (var rule in (string[])["metadata.colour: { column: attributes, path: colour }", "package_dimensions: { column: attributes }"])
            Assert.Single(DesiredState.Of(Maps.WithField(rule), row).Problems);
        Assert.False(ColumnValue.Json(json) == ColumnValue.Json("""{"colour":"\ud83c"}"""));
    }

    [Fact]
    public void Problem_OfALongValue_IsNotCutInsideACharacter()
    {
        var long60 = new string('a', 59) + "🎁 and more";
        var problem = Assert.Single(DesiredState.Of(Product, Row.Of([.. ProductRow.Where(c => c.Key != "image_urls"), KeyValuePair.Create("image_urls", ColumnValue.Of(long60))])).Problems);
        Assert.Equal(problem.Message, System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(problem.Message)));
        Assert.Contains("aaa…", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_ExistsWhenFalse_NothingElseOfTheRowFlows()
    {
        var row = With(With(ProductRow, "deleted_at", Maps.Timestamp("2026-02-03T00:00:00Z")), "name", ColumnValue.Unavailable);

        var desired = DesiredState.Of(Product, row);

        Assert.False(desired.Exists);
        Assert.Empty(desired.Fields);
        Assert.Empty(desired.UnknownColumns);
        Assert.Equal("shop_7", desired.StripeId);
    }

    [Fact]
    public void Of_ExistsWhenUnknown_IsUndecidedAndNamesTheColumn()
    {
        var desired = DesiredState.Of(Product, With(ProductRow, "deleted_at", ColumnValue.Unavailable));

        Assert.Null(desired.Exists);
        Assert.Equal(["deleted_at"], desired.UnknownColumns.ToArray());
    }

    [Fact]
    public void Of_OneFalseTestBesideAnUnknownOne_Decides()
    {
        var map = Maps.Of(Maps.Product.Replace("fields:", "exists_when: { deleted_at: null, stock: { gt: 0 } }\n    fields:", StringComparison.Ordinal)).Resources[0];

        Assert.False(DesiredState.Of(map, Row.Of(("id", ColumnValue.Of(1)), ("stock", ColumnValue.Of(0)))).Exists);
    }

    [Fact]
    public void Of_ValueThatTheConditionCannotCompare_IsAProblemNotADeletion()
    {
        var map = Maps.Of(Maps.Product.Replace("fields:", "exists_when: { stock: { gt: 0 } }\n    fields:", StringComparison.Ordinal)).Resources[0];

        var desired = DesiredState.Of(map, Row.Of(("id", ColumnValue.Of(1)), ("name", ColumnValue.Of("x")), ("stock", ColumnValue.Of("many"))));

        Assert.Null(desired.Exists);
        Assert.Equal("exists_when", Assert.Single(desired.Problems).Path);
    }

    [Theory]
    [InlineData("\"active\"", true)]
    [InlineData("\"draft\"", false)]
    [InlineData("null", false)]
    [InlineData("[\"active\"]", null)]
    [InlineData("{\"is\": \"active\"}", null)]
    public void Of_ConditionOnAJsonColumn_ReadsWhatItHolds_AndHoldsWhatIsNoText(string json, bool? exists)
    {
        var map = Maps.Of(Maps.Product.Replace("fields:", "exists_when: { status: active }\n    fields:", StringComparison.Ordinal)).Resources[0];

        Assert.Equal(exists, DesiredState.Of(map, Row.Of(("id", ColumnValue.Of(1)), ("name", ColumnValue.Of("x")), ("status", ColumnValue.Json(json)))).Exists);
    }

    [Fact]
    public void Of_MinimumOfAPromotionCode_CountsInItsOwnCurrency()
    {
        var map = Maps.Of("""
              promotion_code:
                from: a.codes
                key: [id]
                fields:
                  promotion.coupon: half
                  promotion.type: coupon
                  restrictions.minimum_amount: { column: least, convert: minor_units }
                  restrictions.minimum_amount_currency: { column: currency, convert: lower }
                  restrictions.currency_options.jpy.minimum_amount: { column: yen, convert: minor_units }
            """).Resources[0];

        var row = Row.Of(("id", ColumnValue.Of(1)), ("least", Maps.Decimal("24.99")), ("currency", ColumnValue.Of("USD")), ("yen", Maps.Decimal("3600")));

        Assert.Equal(
            ["3600", "2499"],
            DesiredState.Of(map, row).Fields.Where(f => f.Key.Leaf == "minimum_amount").Select(f => FieldValueJson.ToJson(f.Value.Value)));
    }

    [Fact]
    public void Of_CurrencyThatARowsOptionsMisspell_IsAProblem()
    {
        var map = Maps.Of("  coupon: { from: a.b, key: [id], fields: { amount_off: 5, currency: usd, currency_options: { column: c } } }").Resources[0];

        var problem = Assert.Single(DesiredState.Of(map, Row.Of(("id", ColumnValue.Of(1)), ("c", ColumnValue.Json("""{"EUR": {"amount_off": 4}}""")))).Problems);

        Assert.Equal("write 'eur'", problem.Hint);
    }

    [Fact]
    public void Of_ObjectWhoseRequiredMemberIsNull_IsLeftOutWhole()
    {
        var desired = DesiredState.Of(Price, With(PriceRow, "interval", ColumnValue.Null));

        Assert.Empty(desired.Problems);
        Assert.True(desired.Fields[FieldPath.Parse("recurring.interval")].Value.IsNone);
        Assert.True(desired.Fields[FieldPath.Parse("recurring.interval_count")].Value.IsNone);
    }

    [Fact]
    public void Of_NestedObjectWhoseRequiredMemberIsNull_IsLeftOutWithWhatNeedsIt()
    {
        var map = Maps.Customer("shipping.name: { column: name }", "shipping.address.city: { column: city }");

        var desired = DesiredState.Of(map, Row.Of(("id", ColumnValue.Of(1)), ("name", ColumnValue.Of("Ada")), ("city", ColumnValue.Null)));

        Assert.All(desired.Fields.Values, f => Assert.True(f.Value.IsNone));
    }

    [Fact]
    public void Of_OptionalMemberNull_KeepsTheOthers()
    {
        var desired = DesiredState.Of(Price, With(PriceRow, "interval_count", ColumnValue.Null));

        Assert.Equal(FieldValue.Of("month"), desired.Fields[FieldPath.Parse("recurring.interval")].Value);
        Assert.True(desired.Fields[FieldPath.Parse("recurring.interval_count")].Value.IsNone);
    }

    [Fact]
    public void Of_RowWithoutAParent_IsHeld()
    {
        var desired = DesiredState.Of(Price, With(PriceRow, "product_id", ColumnValue.Null));

        Assert.Null(desired.ParentKey);
        Assert.Equal("parent", Assert.Single(desired.Problems).Path);
    }

    [Fact]
    public void Of_UnknownParentColumn_IsUnknown() =>
        Assert.Equal(["product_id"], DesiredState.Of(Price, With(PriceRow, "product_id", ColumnValue.Unavailable)).UnknownColumns.ToArray());

    [Fact]
    public void Of_UnknownCurrency_MakesTheAmountUnknown()
    {
        var desired = DesiredState.Of(Price, With(PriceRow, "currency", ColumnValue.Unavailable));

        Assert.DoesNotContain(FieldPath.Parse("unit_amount_decimal"), desired.Fields.Keys);
        Assert.Equal(["currency"], desired.UnknownColumns.ToArray());
    }

    [Fact]
    public void Of_StripeIdWithForeignCharacters_IsEncoded() =>
        Assert.Equal("shop_a_2fb-1", DesiredState.Of(Product, With(ProductRow, "id", ColumnValue.Of("a/b-1"))).StripeId);

    [Theory]
    [InlineData("name", null, "name: the value is null, and Stripe requires it of a product")]
    [InlineData("name", "", "name: the value is null, and Stripe requires it of a product")]
    public void Of_ValueThatStripeRequiresOfAProduct_IsHeld(string column, string? value, string problem) =>
        Assert.StartsWith(problem, Assert.Single(DesiredState.Of(Product, With(ProductRow, column, value is null ? ColumnValue.Null : ColumnValue.Of(value))).Problems).ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("amount", "-1", "unit_amount_decimal: -100 is below Stripe's minimum of 0")]
    [InlineData("amount", "92233720368547758.08", "unit_amount_decimal: 9223372036854775808 is beyond 64-bit integers")]
    [InlineData("amount", "many", "unit_amount_decimal: 'many' is not a decimal number")]
    [InlineData("amount", null, "unit_amount_decimal: the row has no amount")]
    [InlineData("interval", "fortnight", "recurring.interval: 'fortnight' is not one of Stripe's values")]
    [InlineData("interval_count", "0", "recurring.interval_count: 0 is below Stripe's minimum of 1")]
    [InlineData("interval_count", "1.5", "recurring.interval_count: 1.5 is not a whole number")]
    public void Of_ValueThatStripeWouldRefuse_IsAProblem(string column, string? value, string problem)
    {
        var desired = DesiredState.Of(Price, With(PriceRow, column, value is null ? ColumnValue.Null : ColumnValue.Of(value)));

        Assert.StartsWith(problem, Assert.Single(desired.Problems).ToString(), StringComparison.Ordinal);
        Assert.True(value is null || !desired.Fields.ContainsKey(FieldPath.Parse(problem[..problem.IndexOf(':', StringComparison.Ordinal)])));
    }

    [Fact]
    public void Of_UnknownCurrencyCode_IsAProblemOfBothFields() =>
        Assert.Equal(["currency", "unit_amount_decimal"], DesiredState.Of(Price, With(PriceRow, "currency", ColumnValue.Of("zzz"))).Problems.Select(p => p.Path));

    [Fact]
    public void Of_DoubleWithMoreThanFifteenDigits_NamesDecimalHandlingMode() =>
        Assert.Contains("decimal.handling.mode", Assert.Single(DesiredState.Of(Price, With(PriceRow, "amount", ColumnValue.Of(12345678901234.567))).Problems).Hint, StringComparison.Ordinal);

    [Fact]
    public void Of_DoubleThatIsExact_IsTheSameAsTheDecimal() =>
        Assert.Equal(Maps.Number("2499"), DesiredState.Of(Price, With(PriceRow, "amount", ColumnValue.Of(24.99))).Fields[FieldPath.Parse("unit_amount_decimal")].Value);

    [Fact]
    public void Of_FractionOfACent_FitsTheDecimalFieldOnly()
    {
        var whole = Maps.Of(Maps.Product, Maps.Price.Replace("unit_amount_decimal", "unit_amount", StringComparison.Ordinal)).Resources[1];
        var row = With(PriceRow, "amount", Maps.Decimal("0.005"));

        Assert.Equal(Maps.Number("0.5"), DesiredState.Of(Price, row).Fields[FieldPath.Parse("unit_amount_decimal")].Value);
        Assert.StartsWith("0.5 is not a whole number", Assert.Single(DesiredState.Of(whole, row).Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_RequiredRuleWithNull_HoldsTheRow()
    {
        var map = Maps.WithField("description: { column: d, required: true }");

        Assert.Contains("`required`", Assert.Single(DesiredState.Of(map, Row.Of(("id", ColumnValue.Of(1)), ("name", ColumnValue.Of("x")), ("d", ColumnValue.Null))).Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_PromotionCodeOfACoupon_SaysSo()
    {
        var maps = Maps.Of(
            "  coupon: { from: a.coupons, key: [id], stripe_id: '{code}', fields: { percent_off: { column: percent } } }",
            "  promotion_code: { from: a.codes, key: [id], parent: { coupon: coupon_id }, fields: { code: { column: code } } }");

        var desired = DesiredState.Of(maps.Resources[1], Row.Of(("id", ColumnValue.Of(1)), ("coupon_id", ColumnValue.Of(2)), ("code", ColumnValue.Of("SUMMER"))));

        Assert.Equal(FieldValue.Of("coupon"), desired.Fields[FieldPath.Parse("promotion.type")].Value);
        Assert.Equal("promotion.coupon", maps.Resources[1].Parent!.Field.ToString());
    }

    [Fact]
    public void Of_FeatureOfNoProduct_IsAProblem()
    {
        var map = Maps.Of(Maps.Product, "  product_feature: { from: a.b, key: [id], parent: { product: product_id }, fields: { entitlement_feature: { column: f } } }").Resources[1];
        var desired = DesiredState.Of(map, Row.Of(("id", ColumnValue.Of(1)), ("product_id", ColumnValue.Null), ("f", ColumnValue.Of("feat_1"))));
        Assert.Equal("parent", Assert.Single(desired.Problems).Path);
    }

    private static Row With(Row row, string column, ColumnValue value) => Row.Of((column, value)) is var change && value.IsUnavailable
        ? Row.Of(row.Where(c => c.Key != column).Append(KeyValuePair.Create(column, value)))
        : change.FoldOnto(row);
}
