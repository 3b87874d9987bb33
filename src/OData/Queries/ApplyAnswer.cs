using K12Sync.OData.Http;
using K12Sync.OData.Translation;
namespace K12Sync.OData.Queries;
internal sealed class ApplyAnswer(ODataRequest request, TranslationScope scope)
{
    public Task WriteAsync(Target.RowsOf target, ParsedQuery query) => throw ODataFault.Unsupported(target.Set.Name + query.Top + request.Path + scope.Now);
}
internal sealed class DeltaAnswer(ODataRequest request, TranslationScope scope)
{
    public Task WriteAsync(Target.RowsOf target, string since) => throw ODataFault.Unsupported(target.Set.Name + since + request.Path + scope.Now);
    public Task<string?> StartAsync(Target.RowsOf target) => Task.FromResult<string?>(request.Path == "\0" ? target.Set.Name + scope.Now : null);
}
