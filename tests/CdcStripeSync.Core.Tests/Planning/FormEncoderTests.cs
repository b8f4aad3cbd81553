using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.Tests.Mapping;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Tests.Planning;

public sealed class FormEncoderTests
{
    [Theory]
    [InlineData("""{"metadata":{"sku":"1"},"tiers":[{"up_to":"inf"}]}""", "metadata[sku]=1&tiers[0][up_to]=inf")]
    [InlineData("""{"active":true,"shippable":false}""", "active=true&shippable=false")]
    [InlineData("""{"unit_amount_decimal":0.000000000012,"unit_amount":12345678901234567890}""", "unit_amount=12345678901234567890&unit_amount_decimal=0.000000000012")]
    [InlineData("""{"description":null,"images":[],"metadata":{}}""", "description=&images=&metadata=")]
    [InlineData("""{"name":"a&b=c d+é[1]%"}""", "name=a%26b%3Dc%20d%2B%C3%A9%5B1%5D%25")]
    [InlineData("""{"metadata":{"a.b c":"x"}}""", "metadata[a.b%20c]=x")]
    [InlineData("{}", "")]
    public void Encode_Parameters_AreStripesForm(string json, string form) =>
        Assert.Equal(form, FormEncoder.Encode((FieldValue.Object)FieldValueJson.Parse(json)));

    [Fact]
    public void PlanStepJson_AStep_ComesBackWhole()
    {
        var (run, _) = Shop.PriceOf(Shop.PriceRow(isDefault: true, amount: "0.0000000001", interval: "month"));
        foreach (var step in run.Steps)
        {
            var back = PlanStepJson.Read(PlanStepJson.Write(step));
            Assert.Equal(step with { Sets = back.Sets }, back);
            Assert.Equal(step.Sets, back.Sets);
        }
    }

    [Fact]
    public void With_NestedPath_KeepsItsNeighbours()
    {
        var o = Parameters.Empty.With(Core.Catalogue.FieldPath.Parse("address.city"), FieldValue.Of("a")).With(Core.Catalogue.FieldPath.Parse("address.line1"), FieldValue.Of("b"));
        Assert.Equal(FieldValueJson.Parse("""{"address":{"city":"a","line1":"b"}}"""), o);
        Assert.Equal(Maps.Number("1"), Parameters.Empty.With("n", FieldValue.Of(1)).At("n"));
    }
}
