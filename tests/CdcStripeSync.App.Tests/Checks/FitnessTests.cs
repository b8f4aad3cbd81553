using CdcStripeSync.App.Checks;

namespace CdcStripeSync.App.Tests.Checks;

public sealed class FitnessTests
{
    [Theory]
    [InlineData("compact", "604800000", true)]
    [InlineData("delete", "-1", true)]
    [InlineData("delete", "604800000", true)]
    [InlineData("delete", "3600000", false)]
    [InlineData("compact,delete", "3600000", false)]
    public void Topic_ByWhatItKeeps_IsWellOrNot(string policy, string retention, bool well) =>
        Assert.Equal(well, TopicFitness.Judge("shop.public.products", 4, policy, retention).Ok);

    [Theory]
    [InlineData("""["shop.public.products-value", "other-value"]""", "shop", """{"compatibilityLevel": "BACKWARD"}""", "1 of 2 subjects begin with shop., compatibility BACKWARD: a new NOT NULL column")]
    [InlineData("[]", "", """{"compatibilityLevel": "NONE"}""", "0 subjects, compatibility NONE")]
    [InlineData("<html>", "shop", "", "0 of 0 subjects begin with shop.")]
    public void Registry_ByItsAnswers_IsDescribed(string subjects, string prefix, string config, string words) =>
        Assert.StartsWith(words, RegistryFitness.Describe(subjects, prefix, config), StringComparison.Ordinal);
}
