// tile a tall png into columns using chromium
import { launch } from './lib.mjs'
import fs from 'node:fs'
const [inp,out,h='2400']=process.argv.slice(2)
const b=await launch(); const p=await b.newPage()
const d='data:image/png;base64,'+fs.readFileSync(inp).toString('base64')
await p.setContent(`<body style="margin:0;background:#888"><img id=i src="${d}">`)
const [w,H]=await p.evaluate(()=>[i.naturalWidth,i.naturalHeight])
const n=Math.ceil(H/+h)
await p.setViewportSize({width:(w+8)*n,height:+h})
await p.setContent(`<body style="margin:0;background:#888;display:flex;gap:8px">`+Array.from({length:n},(_, k)=>`<div style="width:${w}px;height:${h}px;background:url(${d}) 0 -${k*h}px no-repeat"></div>`).join(''))
await p.screenshot({path:out}); await b.close()
